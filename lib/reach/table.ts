import { indented, wrap } from '../wrap';
import { portsName } from './address/protocol';
import type { Control, Destination, MachineReport, Party, ReachReport } from './report';

/** The most columns of a line, unless one name is longer. */
const WIDTH = 110;
/** With fewer columns left, controls go on the next line. */
const NARROWEST = 24;
/** A party or a list of services longer than this goes on a line of its own. */
const CELL = 44;

/** The report as plain text lines: what each machine reaches, what reaches it, what is broken. */
/** @param columns of the terminal */
export function reachTable(report: ReachReport, columns = Number.POSITIVE_INFINITY): string[] {
  const names = new Map(report.machines.map((machine) => [machine.id, titleOf(machine)]));
  const lines = report.machines.flatMap((machine) => [...machineLines(machine, names, columns), '']);
  if (report.machines.length === 0) lines.push('no machine in this template', '');
  const computed = report.notModelled.map((each) => `${each.resource} (${each.type}): ${each.why}`);
  lines.push(
    ...section('not computed', computed, columns),
    ...section('assumed', report.assumptions, columns),
    ...violationLines(report, columns),
  );
  return lines;
}

function titleOf({ id, part, agent }: MachineReport): string {
  return part === undefined || agent === undefined ? id : `${part} of ${agent}`;
}

function machineLines(machine: MachineReport, names: ReadonlyMap<string, string>, columns: number): string[] {
  const facts = [
    machine.publicAddress === undefined ? 'no public address' : `public address (${machine.publicAddress})`,
    machine.profile === undefined ? 'no instance profile' : `instance profile ${machine.profile}`,
  ];
  const title = titleOf(machine);
  const out = machine.destinations.filter((each) => each.direction === 'outbound');
  const into = machine.destinations.filter((each) => each.direction === 'inbound');
  return [
    ...wrap(`${title === machine.id ? machine.kind : title}: ${[machine.id, ...facts].join(', ')}`, columns),
    ...rows('reaches', out, names, Math.min(columns, WIDTH)),
    ...rows('is reached by', into, names, Math.min(columns, WIDTH)),
  ];
}

function rows(
  title: string,
  lines: readonly Destination[],
  names: ReadonlyMap<string, string>,
  columns: number,
): string[] {
  if (lines.length === 0) return [`  ${title}: nothing`];
  const found = byParty(lines, names);
  const width = (texts: readonly string[]) =>
    Math.max(...texts.map((text) => text.length).filter((length) => length <= CELL), 0);
  const first = width(found.map((row) => row.party));
  const second = width(found.map((row) => row.services.join(', ')));
  const indent = 4 + first + 2;
  if (indent + second + 2 + NARROWEST > columns) return [`  ${title}`, ...stacked(found, columns)];
  return [
    `  ${title}`,
    ...found.flatMap(({ party, services, controls }) => {
      const what = services.join(', ');
      const by = wrap(controlsName(controls), columns - indent - second - 2);
      const own = party.length > first ? [`    ${party}`] : [];
      const head = own.length > 0 ? ' '.repeat(indent) : `    ${party.padEnd(first)}  `;
      return [
        ...own,
        `${head}${what.padEnd(second)}  ${by[0]}`.trimEnd(),
        ...by.slice(1).map((line) => ' '.repeat(indent + second + 2) + line),
      ];
    }),
  ];
}

/** When the columns don't fit side by side: one below the other. */
function stacked(found: readonly Row[], columns: number): string[] {
  return found.flatMap(({ party, services, controls }) => [
    ...indented(party, { width: columns }, '    '),
    ...indented(services.join(', '), { width: columns }, '      '),
    ...indented(controlsName(controls), { width: columns }, '      '),
  ]);
}

interface Row {
  readonly party: string;
  readonly services: string[];
  readonly controls: Control[];
}

/** More blocks than this that the same resources let through are one row: the JSON has each. */
const BLOCKS = 4;

function byParty(destinations: readonly Destination[], names: ReadonlyMap<string, string>): Row[] {
  const found = new Map<string, Row & { readonly of: Party }>();
  for (const each of destinations) {
    const of = each.destination;
    const party = partyName(of, names);
    const row = found.get(party) ?? { of, party, services: [], controls: [] };
    row.services.push(serviceName(each));
    row.controls.push(...each.controls);
    found.set(party, row);
  }
  const alike = new Map<string, Row[]>();
  for (const { of, ...row } of found.values()) {
    const whose = of.cidr === undefined ? row.party : [of.kind, of.id];
    const key = JSON.stringify([whose, row.services, controlsName(row.controls)]);
    alike.set(key, [...(alike.get(key) ?? []), row]);
  }
  return [...alike.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    if (more.length < BLOCKS) return [first, ...more];
    return [{ ...first, party: `${first.party} and ${more.length} more blocks` }];
  });
}

function partyName({ kind, id, cidr }: Party, names: ReadonlyMap<string, string>): string {
  switch (kind) {
    case 'machine':
      return names.get(id ?? '') ?? id ?? 'machine';
    case 'vpc-resolver':
      return 'VPC resolver';
    case 'imds':
      return 'instance metadata';
    case 'time-sync':
      return 'Amazon Time Sync';
    case 'connect-endpoint':
      return 'Instance Connect Endpoint';
    case 'unknown':
      return `anywhere ${cidr ?? `(${id})`}`;
    default:
      return [kind, id, cidr].filter((part) => part !== undefined).join(' ');
  }
}

function serviceName({ protocol, ports, replyPorts }: Destination): string {
  const service = protocol === 'tcp' || protocol === 'udp' ? `${protocol} ${portsName(ports)}` : protocol;
  if (replyPorts === undefined) return service;
  return replyPorts.length === 0
    ? `${service} (one way)`
    : `${service} (from ports ${portsName(replyPorts)})`;
}

const CONTROLS: readonly { kind: Control['kind']; one: string; many: string }[] = [
  { kind: 'security-group', one: 'group', many: 'groups' },
  { kind: 'network-acl', one: 'network ACL', many: 'network ACLs' },
  { kind: 'route', one: 'route', many: 'routes' },
];

/** Which resources let it pass; the rules themselves are in the JSON. */
function controlsName(controls: readonly Control[]): string {
  const named = CONTROLS.flatMap(({ kind, one, many }) => {
    const ids = [...new Set(controls.filter((each) => each.kind === kind).map(controlName))];
    return ids.length === 0 ? [] : [`${ids.length === 1 ? one : many} ${ids.join(', ')}`];
  });
  const others = controls.filter((each) => !CONTROLS.some(({ kind }) => kind === each.kind));
  return [...named, ...new Set(others.map((each) => each.rule))].join('; ');
}

/** The id, with a remark if the rule is a default or unknown. */
function controlName({ id, rule }: Control): string {
  const remark = /\(.*\)$|not in the template$/.exec(rule)?.[0];
  return remark === undefined ? id : `${id} ${remark.startsWith('(') ? remark : `(${remark})`}`;
}

function section(title: string, lines: readonly string[], columns: number): string[] {
  return lines.length === 0
    ? []
    : [title, ...lines.flatMap((line) => indented(line, { width: columns }, '  ')), ''];
}

function violationLines({ violations }: ReachReport, columns: number): string[] {
  if (violations.length === 0) return ['no invariant is broken'];
  const width = Math.max(...violations.map((each) => each.invariant.length));
  return [
    violations.length === 1
      ? '1 invariant is broken'
      : `${violations.length} findings: invariants are broken`,
    ...violations.flatMap((each) => [
      ...indented(each.message, { width: columns }, `  ${each.invariant.padEnd(width)}  `),
      ...indented(`fix: ${each.fix}`, { width: columns }, `  ${' '.repeat(width)}  `),
    ]),
  ];
}
