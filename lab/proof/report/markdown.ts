import { isWell, type LabReport, tally } from './report';
import { rows } from './table';

/** The run as a document for reviewers: what was built, what was tried, what was seen. */
export function markdownOf(report: LabReport): string {
  const { stopped, weak, escaped, unproven, broken, 'not applicable': none } = tally(report.attempts);
  return [
    '# Lab report',
    '',
    report.scope,
    '',
    `**${isWell(report) ? 'Nothing got out' : 'Not well: see the verdicts below'}**: ${report.attempts.length} hostile attempts, ` +
      `${stopped} stopped and seen to get through a weakened network, ${weak} weak, ${escaped} escaped, ${unproven} unproven, ` +
      `${broken} broken, ${none} not applicable.`,
    '',
    ...rows(
      ['', ''],
      [
        ['template', `${report.template.file}, sha256 ${report.template.sha256}`],
        ['started', report.started],
        ['seconds', String(report.seconds)],
        ['attacker', `root on the ${report.attacker}`],
        ['VPC resolver', report.modes.resolver],
        ['way out of the proxy boxes', report.modes.egress],
        [
          'questions to the VPC resolver',
          `${report.questions.asked} seen, ${report.questions.answered} answered`,
        ],
        [
          "this machine's own interfaces",
          report.sealed ? 'the same before, during and after' : 'CHANGED during the run',
        ],
        ...(report.door === undefined
          ? []
          : [['behind the doors', `${report.door.kind} ${report.door.version}`] as const]),
        ...Object.entries(report.versions),
      ],
    ),
    ...report.assumptions.map((each) => `- taken for granted: ${each}`),
    '',
    '## Machines',
    '',
    ...rows(
      ['machine', 'address', 'public address'],
      report.machines.map((each) => [each.title, each.address, each.publicAddress ?? 'none']),
    ),
    '## Networks',
    '',
    ...rows(
      ['network', 'what', 'namespaces', 'built in s', 'played in s', 'probes'],
      report.networks.map((each) =>
        [each.name, each.what, each.namespaces, each.buildSeconds, each.playSeconds, each.probes].map(String),
      ),
    ),
    '## What must work',
    '',
    ...rows(
      ['id', 'what', 'verdict', 'seen', 'seen to fail in'],
      report.controls.map((each) => [
        each.id,
        each.title,
        each.verdict,
        each.saw,
        each.seenToFailIn.join(', ') || 'nothing closes it',
      ]),
    ),
    '## Hostile attempts',
    '',
    ...[...new Set(report.attempts.map(({ group }) => group))].flatMap((group) => [
      `### ${group}`,
      '',
      ...rows(
        [
          'id',
          'attempt',
          'invariant',
          'must be stopped by',
          'verdict',
          'seen',
          'weakened',
          'seen there',
          'held by one lock alone',
        ],
        report.attempts
          .filter((each) => each.group === group)
          .map((each) => [
            each.id,
            each.title,
            each.invariant,
            each.stops,
            each.verdict,
            each.saw,
            each.weakened,
            each.sawWeakened ?? '',
            each.locks.map(({ lock, held }) => (held ? lock : `NOT ${lock}`)).join(', '),
          ]),
      ),
    ]),
    ...(report.decisions.length === 0 ? [] : decisionRows(report)),
    '## Dropped in the shipped network',
    '',
    ...rows(
      ['by', 'packets'],
      report.drops.map(({ by, packets }) => [by, String(packets)]),
    ),
  ].join('\n');
}

/** How many of the shared cases the door decided as they say, and each that it didn't. */
function decisionRows({ decisions }: LabReport): string[] {
  const agree = decisions.filter(({ verdict }) => verdict === 'agrees').length;
  return [
    '## Decision cases',
    '',
    `${agree} of ${decisions.length} shared cases were decided as expected.`,
    '',
    ...rows(
      ['case', 'group', 'verdict', 'seen'],
      decisions
        .filter(({ verdict }) => verdict !== 'agrees')
        .map(({ id, group, verdict, saw }) => [id, group, verdict, saw]),
    ),
  ];
}
