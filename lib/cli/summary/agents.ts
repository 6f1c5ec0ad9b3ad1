import type { Door } from '../../operations/synth/doors';
import type { AgentSummary } from '../../operations/synth/summary';
import type { Context } from '../context';
import { type Cell, count, table } from '../table';

/** Containment isn't built yet: saying "contain" would promise a limit that nothing keeps. */
const AT_LIMIT = {
  contain: 'notify at the limit (contain is not available yet)',
  notify: 'notify at the limit',
} as const;

/** The words for a high-risk door that nobody has granted are the same in every output. */
const SHUT = 'shut until granted';

/** A block an agent: who it is, what it runs on, and every way out it has. */
export function agentLines(agent: AgentSummary, context: Context): string[] {
  const { colours, columns } = context;
  const root = agent.agentHost.root ? 'with root' : 'without root';
  const facts: [string, string][] = [
    ['owner', `${agent.owner} · ${agent.runtime} · ${agent.role}`],
    [
      'agent host',
      `${agent.agentHost.instanceType} · ${agent.agentHost.os} · ${root} · ${storage(agent)}${age(agent.imageDays.agentHost)}`,
    ],
    ['proxy box', `${agent.proxyBox}${age(agent.imageDays.proxyBox)}`],
    [
      'budget',
      `${agent.budget.monthlyUsd} USD a month, idle ${Math.ceil(agent.idleUsd)} · ${AT_LIMIT[agent.budget.atLimit]}`,
    ],
    ['doors', doorCount(agent.doors)],
  ];
  const labelled = facts.map(([label, value]): Cell[] => [{ text: label, paint: colours.dim }, value]);
  return [
    colours.bold(agent.name),
    ...table(labelled, '  ', columns),
    ...doorLines(agent.doors, context),
    '',
  ];
}

function age(days: number | undefined): string {
  return days === undefined ? '' : ` · image ${count(days, 'day')} old`;
}

function storage({ agentHost }: AgentSummary): string {
  return `${agentHost.rootGiB} GiB root, ${agentHost.stateGiB} GiB state`;
}

function doorCount(doors: readonly Door[]): string {
  const shut = doors.filter(({ open }) => !open).length;
  return `${doors.length - shut} open${shut > 0 ? `, ${shut} ${SHUT}` : ''}; everything else is refused`;
}

function doorLines(doors: readonly Door[], context: Context): string[] {
  if (doors.length === 0) return [];
  const head = ['host', 'methods', 'paths', 'sends', 'risk'].map((text) => ({
    text,
    paint: context.colours.dim,
  }));
  return table([head, ...doors.map((door) => doorRow(door, context))], '    ', context.columns);
}

function doorRow(door: Door, { colours }: Context): Cell[] {
  const risk = door.open ? door.risk : `${door.risk}: ${SHUT}`;
  return [
    door.host,
    door.methods.length === 0 ? 'every method' : door.methods.join(' '),
    door.paths.length === 0 ? 'every path' : count(door.paths.length, 'path'),
    sends(door),
    { text: risk, paint: door.open ? plain : colours.yellow },
  ];
}

function sends({ secret, signedFor }: Door): string {
  if (secret) return secret;
  return signedFor ? `signed for ${signedFor}` : '-';
}

function plain(text: string): string {
  return text;
}
