import type { EgressSummary } from '../../operations/synth/egress';
import type { AgentSummary } from '../../operations/synth/summary';
import type { Context } from '../context';
import { type Cell, count, table } from '../table';

const AT_LIMIT = {
  contain: 'contain at the limit',
  notify: 'notify at the limit',
} as const;

/** A high-risk rule without a grant, in the same words as in every output. */
const SHUT = 'shut until granted';

/** One block for each agent: its owner, its machines and its egress rules. */
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
    ['egress rules', ruleCount(agent.egress)],
  ];
  const labelled = facts.map(([label, value]): Cell[] => [{ text: label, paint: colours.dim }, value]);
  return [
    colours.bold(agent.name),
    ...table(labelled, '  ', columns),
    ...ruleLines(agent.egress, context),
    '',
  ];
}

function age(days: number | undefined): string {
  return days === undefined ? '' : ` · image ${count(days, 'day')} old`;
}

function storage({ agentHost }: AgentSummary): string {
  return `${agentHost.rootGiB} GiB root, ${agentHost.stateGiB} GiB state`;
}

function ruleCount(rules: readonly EgressSummary[]): string {
  const shut = rules.filter(({ open }) => !open).length;
  return `${rules.length - shut} open${shut > 0 ? `, ${shut} ${SHUT}` : ''}; everything else is refused`;
}

function ruleLines(rules: readonly EgressSummary[], context: Context): string[] {
  if (rules.length === 0) return [];
  const head = ['host', 'methods', 'paths', 'sends', 'risk'].map((text) => ({
    text,
    paint: context.colours.dim,
  }));
  return table([head, ...rules.map((rule) => ruleRow(rule, context))], '    ', context.columns);
}

function ruleRow(rule: EgressSummary, { colours }: Context): Cell[] {
  const risk = rule.open ? rule.risk : `${rule.risk}: ${SHUT}`;
  return [
    rule.host,
    rule.methods.length === 0 ? 'every method' : rule.methods.join(' '),
    rule.paths.length === 0 ? 'every path' : count(rule.paths.length, 'path'),
    sends(rule),
    { text: risk, paint: rule.open ? plain : colours.yellow },
  ];
}

function sends({ secret, signedFor }: EgressSummary): string {
  if (secret) return secret;
  return signedFor ? `signed for ${signedFor}` : '-';
}

function plain(text: string): string {
  return text;
}
