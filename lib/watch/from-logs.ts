import {
  auditLogGroup,
  flowLogGroup,
  GATE_STREAM,
  resolverLogGroup,
  WARDEN_STREAM,
} from '../../constructs/names';
import { SIGNALS, type SignalId } from '../config/values/signals';
import { fieldOf, isRecord, listOf } from '../json';
import type { Machine } from './machine';
import { MINUTE } from './period';
import type { Seen } from './seen';
import { quoted } from './words';

/** Milliseconds that a line with a signal may need on its way. Of other records warden says it, in such a line. */
const LATE = 10 * MINUTE;

export interface LogsContext {
  readonly stack: string;
  /** Names of the stack's agents. */
  readonly agents: readonly string[];
  readonly machines: readonly Machine[];
  /** Above how many different targets in one delivery refused flows are a signal. */
  readonly rejectedFlows: (agent: string) => number;
  readonly now: number;
}

/** Signals in a delivery of CloudWatch Logs, decoded. What a line says of itself never chooses the agent. */
export function seenInLogs(delivery: unknown, context: LogsContext): Seen[] {
  if (fieldOf(delivery, 'messageType') !== 'DATA_MESSAGE') return [];
  const group = fieldOf(delivery, 'logGroup');
  const lines = listOf(fieldOf(delivery, 'logEvents')).flatMap((event) => {
    const message = fieldOf(event, 'message');
    return typeof message === 'string' ? [message] : [];
  });
  if (group === flowLogGroup(context.stack)) return rejected(lines, context);
  if (group === resolverLogGroup(context.stack)) return lines.flatMap((line) => queried(line, context));
  const agent = context.agents.find((name) => group === auditLogGroup(context.stack, name));
  const stream = fieldOf(delivery, 'logStream');
  if (agent === undefined || (stream !== GATE_STREAM && stream !== WARDEN_STREAM)) return [];
  return lines.flatMap((line) => recorded(agent, line, context.now));
}

function recorded(agent: string, line: string, now: number): Seen[] {
  const record = parsed(line);
  const { signal, time, at: raised = time, saw, count, again } = isRecord(record) ? record : {};
  const [written, at] = [time, raised].map((each) => Date.parse(String(each))) as [number, number];
  if (fieldOf(record, 'record') === 'chain' && !Number.isNaN(at))
    return [{ signal: 'chain-broken', agent, at, saw: quoted(fieldOf(record, 'why')) }];
  const isTimed = !Number.isNaN(written) && !Number.isNaN(at);
  if (fieldOf(record, 'record') !== 'signal' || !isTimed || !isSignal(signal)) return [];
  const minutes = Math.round((now - written) / MINUTE);
  const seen: Seen = {
    signal,
    agent,
    at,
    saw: String(saw),
    ...(again === true && { again: Number(count) }),
  };
  return now - written > LATE && signal !== 'records-late'
    ? [seen, { signal: 'records-late', agent, at: now, saw: `a record arrived after ${minutes} minutes` }]
    : [seen];
}

/** Flow records in their default format: version account interface source target port port protocol … action status. */
function rejected(lines: readonly string[], { machines, rejectedFlows, now }: LogsContext): Seen[] {
  const targets = new Map<string, Set<string>>();
  for (const line of lines) {
    const [, , network = '', source, target, , port, , , , , , action] = line.split(' ');
    // AWS writes the interface, so that no machine is taken for another whose address it puts on its packets.
    const agent = machines.find(
      ({ address, part, interfaces }) =>
        address === source && part === 'agent-host' && interfaces.includes(network),
    )?.agent;
    if (action !== 'REJECT' || agent === undefined) continue;
    const known = targets.get(agent) ?? new Set();
    targets.set(agent, known.add(`${target}:${port}`));
  }
  return [...targets]
    .filter(([agent, { size }]) => size > rejectedFlows(agent))
    .map(([agent, all]) => ({
      signal: 'rejected-flows',
      agent,
      at: now,
      saw: `${all.size} targets in one delivery, such as ${[...all].slice(0, 3).join(', ')}`,
    }));
}

function queried(line: string, { machines, now }: LogsContext): Seen[] {
  const record = parsed(line);
  const source = fieldOf(record, 'srcaddr');
  if (typeof source !== 'string') return [];
  const instance = fieldOf(record, 'srcids', 'instance');
  // AWS writes the instance, whatever address its packets have.
  const machine = machines.find(({ id, address }) =>
    typeof instance === 'string' ? id === instance : address === source,
  );
  const who = machine ? `the ${machine.part.replace('-', ' ')}` : `a machine at ${quoted(source)}`;
  return [
    {
      signal: 'resolver-query',
      agent: machine?.agent,
      at: now,
      saw: `${who} asked for ${quoted(fieldOf(record, 'query_name'))}`,
    },
  ];
}

function isSignal(value: unknown): value is SignalId {
  return SIGNALS.some((id) => id === value);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
