import { xml } from '../../proof/report/junit';
import { rows } from '../../proof/report/table';
import { isSound, isWell, type RehearsalReport } from './report';

/** The run as a document for reviewers. */
export function rehearsalMarkdown(report: RehearsalReport): string {
  const held = report.checks.filter(({ verdict }) => verdict === 'holds').length;
  const judged = report.checks.filter(({ verdict }) => verdict !== 'not applicable').length;
  return [
    `# Boot rehearsal of ${report.agent}`,
    '',
    report.scope,
    '',
    `**${isSound(report) ? 'Everything holds' : 'Not well: see the verdicts below'}**: ${held} of ${judged} checks hold and were seen to fail in a broken machine.`,
    '',
    ...rows(
      ['', ''],
      [
        ['template', `${report.template.file}, sha256 ${report.template.sha256}`],
        ['started', report.started],
        ['seconds', String(report.seconds)],
        ['user data', `${report.userDataBytes} bytes`],
        ['proxy box', report.door],
        ['runtime', report.runtime],
        ...Object.entries(report.versions),
      ],
    ),
    '## Checks',
    '',
    ...rows(
      ['id', 'law', 'verdict', 'seen', 'must fail in', 'seen there'],
      report.checks.map((each) => [each.id, each.law, each.verdict, each.saw, each.broken, each.sawBroken]),
    ),
    '## Boots',
    '',
    'Seconds of an emulator that shares its processors: they compare boots of one run, and say nothing about EC2.',
    '',
    ...rows(
      [
        'boot',
        'what',
        'agent up after s',
        'waiting for resolvers',
        'before the proxy box came',
        'until the mirror served',
      ],
      report.boots.map((each) => [
        each.name,
        each.what,
        each.agentUpSeconds === undefined ? 'never' : String(each.agentUpSeconds),
        String(each.resolverSeconds ?? ''),
        String(each.shutSeconds ?? ''),
        String(each.failingSeconds ?? ''),
      ]),
    ),
  ].join('\n');
}

/** The run in the form that build servers read. */
export function rehearsalJunit({ checks, seconds }: RehearsalReport): string {
  const failures = checks.filter((each) => !isWell(each)).length;
  const skipped = checks.filter(({ verdict }) => verdict === 'not applicable').length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuite name="airlock rehearse" tests="${checks.length}" failures="${failures}" skipped="${skipped}" time="${seconds}">`,
    ...checks.map(({ id, law, verdict, saw, broken, sawBroken }) => {
      const open = `  <testcase classname="rehearsal" name="${xml(`${id} ${law}`)}"`;
      if (verdict === 'holds') return `${open}/>`;
      if (verdict === 'not applicable') return `${open}><skipped message="${xml(saw)}"/></testcase>`;
      const words = `${saw}; in ${broken}: ${sawBroken}`;
      return `${open}><failure type="${verdict}" message="${xml(words)}"/></testcase>`;
    }),
    '</testsuite>',
    '',
  ].join('\n');
}
