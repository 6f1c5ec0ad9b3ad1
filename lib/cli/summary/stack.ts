import { evidenceWords } from '../../evidence/evidence';
import { OUTPUT, REPORT } from '../../operations/synth/assembly';
import type { PackFindings } from '../../operations/synth/findings';
import type { Step } from '../../operations/synth/next-steps';
import type { Summary } from '../../operations/synth/summary';
import { indented, wrap } from '../../wrap';
import type { Context } from '../context';
import { type Cell, count, table } from '../table';

const WAY_OUT: Record<Summary['egress'], string> = {
  address: 'an own public address per proxy box',
  'nat-gateway': 'one NAT gateway',
  'transit-gateway': 'a Transit Gateway, no internet gateway',
};

/** The stack and its modes. */
export function headerLines(summary: Summary, { colours, width }: Context): string[] {
  const modes = [
    `DNS ${summary.dns}`,
    WAY_OUT[summary.egress],
    summary.access === 'none' ? 'nothing comes in' : 'SSH through Instance Connect only',
    `${summary.monthlyUsd} USD a month`,
  ];
  return [
    `${colours.bold(summary.stack)}  ${summary.region ?? 'any region'} · ${count(summary.agents.length, 'agent')}`,
    ...wrap(modes.join(' · '), width).map((line) => colours.dim(line)),
    '',
  ];
}

const REPORT_FILE = `${OUTPUT}/${REPORT}`;

/** One row for each rule pack. */
export function findingLines(packs: readonly PackFindings[], { colours, columns, width }: Context): string[] {
  const header: Cell[] = ['pack', 'errors', 'warnings', 'acknowledged'].map((text) => ({
    text,
    paint: colours.dim,
  }));
  const rows = packs.map((pack): Cell[] => [
    pack.pack,
    { text: String(pack.errors), paint: pack.errors > 0 ? colours.red : colours.green },
    String(pack.warnings),
    String(pack.acknowledged),
  ]);
  const acknowledged = packs.reduce((sum, pack) => sum + pack.acknowledged, 0);
  const reasons = new Set(packs.flatMap((pack) => pack.reasons)).size;
  const examined = packs.flatMap((pack) =>
    pack.examined
      ? `${pack.pack} examined ${count(pack.examined.resources, 'resource')} of ${count(pack.examined.agents, 'agent')} by ${count(pack.examined.rules, 'invariant')}`
      : [],
  );
  const excused = acknowledged
    ? [
        `${count(acknowledged, 'finding')} acknowledged for ${count(reasons, 'reason')}: SECURITY.md has a row for each reason, ${REPORT_FILE} each reason for each pack`,
      ]
    : [];
  return [
    colours.bold('Findings'),
    ...table([header, ...rows], '  ', columns),
    ...[...examined, ...excused].flatMap((line) => indented(line, { width }, '  ').map(colours.dim)),
    '',
  ];
}

export function sizeLines(
  { resources, quotas, template, agents }: Summary,
  { colours, columns }: Context,
): string[] {
  const perAgent = agents.map(({ name, resources: own }) => `${name} ${own}`).join(', ');
  const room =
    resources.roomForAgents === undefined
      ? ''
      : `; room for ${count(resources.roomForAgents, 'more agent', 'more agents')}`;
  const facts: [string, string][] = [
    ['resources', `${resources.total} of ${resources.limit} (${perAgent})${room}`],
    ...quotas.map(({ quota, code, byDefault, room: agents }): [string, string] => [
      'account',
      `${byDefault} ${quota} by default (${code}); room for ${count(agents, 'more agent', 'more agents')}`,
    ]),
    ['template', `${template.file}, ${kilobytes(template.bytes)} of ${kilobytes(template.limit)}`],
  ];
  const rows = facts.map(([label, text]): Cell[] => [{ text: label, paint: colours.dim }, text]);
  return [colours.bold('Size'), ...table(rows, '  ', columns), ''];
}

/** What the kit's own runs saw, on its own test configuration. */
export function evidenceLines({ evidence }: Summary, { colours, width }: Context): string[] {
  if (evidence.length === 0) return [];
  const lines = evidence.flatMap((each) => wrap(evidenceWords(each), width - 2).map((line) => `  ${line}`));
  return [colours.bold("Evidence, from the kit's own test configuration"), ...lines, ''];
}

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1000)} kB`;
}

export function warningLines(warnings: readonly string[], { colours, width }: Context): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings
    .flatMap((warning) => indented(warning, { width }, '  ! '))
    .map((line) => line.replace(/^ {2}!/u, `  ${colours.yellow('!')}`));
  return [colours.bold('Warnings'), ...lines, ''];
}

export function stepLines(steps: readonly Step[], { colours }: Context): string[] {
  const lines = steps.flatMap(({ title, commands }, index) => [
    `  ${index + 1}. ${title}`,
    ...commands.map((command) => `     ${colours.cyan(command)}`),
  ]);
  return [colours.bold('Next'), ...lines];
}
