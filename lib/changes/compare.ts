import type { Change } from './change';
import { ruleChanges } from './rules';
import { effectOf } from './settings';
import { type AgentSnapshot, NOTHING, type Snapshot } from './snapshot';

/**
 * What changed between two configurations:
 *
 * 1. each agent that came or went;
 * 2. of each agent that is there now, the rules, whatever rule or preset they came from: what opened, changed, closed;
 * 3. its secrets, and what its proxy box may do on AWS;
 * 4. its settings, pinned images included, with what the edit does to the machine;
 * 5. its idle cost;
 * 6. the same of the stack.
 */
export function changesBetween(before: Snapshot, after: Snapshot): Change[] {
  const agents = [...new Set([...Object.keys(before.agents), ...Object.keys(after.agents)])].sort();
  return [
    ...agents.flatMap((name) => agentChanges(name, before.agents[name], after.agents[name])),
    ...(before === NOTHING
      ? []
      : textChanges(after.stack, 'setting', before.settings, after.settings, (setting) => setting)),
    ...costChanges(after.stack, before.idleUsd, after.idleUsd),
  ];
}

function agentChanges(of: string, before?: AgentSnapshot, after?: AgentSnapshot): Change[] {
  if (after === undefined) {
    const what = `agent ${of}, with ${before?.rules.length} rules and ${Object.keys(before?.secrets ?? {}).length} secrets`;
    return [{ of, kind: 'agent', sign: '-', what, detail: 'its keys, logs and state volume stay' }];
  }
  const { runtime, role, owner, 'host.instanceType': host } = after.settings;
  const isNew = before === undefined;
  const was = before ?? { settings: {}, rules: [], secrets: {}, permissions: {}, idleUsd: 0 };
  return [
    ...(isNew
      ? [
          {
            of,
            kind: 'agent' as const,
            sign: '+' as const,
            what: `agent ${of}`,
            detail: [runtime, role, owner, host].join(', '),
          },
        ]
      : []),
    ...ruleChanges(was.rules, after.rules).map((change): Change => ({ of, kind: 'rule', ...change })),
    ...textChanges(of, 'secret', was.secrets, after.secrets, (id) => `secret ${id}`),
    ...textChanges(of, 'permission', was.permissions, after.permissions, (arn) => `permission on ${arn}:`),
    ...(isNew ? [] : textChanges(of, 'setting', was.settings, after.settings, (setting) => setting)),
    ...costChanges(of, was.idleUsd, after.idleUsd),
  ];
}

function textChanges(
  of: string,
  kind: 'secret' | 'permission' | 'setting',
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  name: (key: string) => string,
): Change[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key): Change[] => {
    const [was, is] = [before[key], after[key]];
    if (was === is) return [];
    const detail = kind === 'setting' ? effectOf(key) : undefined;
    const effect = detail === undefined ? {} : { detail };
    if (was === undefined) return [{ of, kind, sign: '+', what: `${name(key)} ${is}`, ...effect }];
    if (is === undefined) return [{ of, kind, sign: '-', what: `${name(key)} ${was}`, ...effect }];
    return [{ of, kind, sign: '~', what: `${name(key)} ${was} → ${is}`, ...effect }];
  });
}

function costChanges(of: string, before: number, after: number): Change[] {
  if (before === after) return [];
  const what = `idle cost ${before.toFixed(2)} → ${after.toFixed(2)} USD a month`;
  return [{ of, kind: 'cost', sign: '~', what }];
}
