import { auditLogGroup, GATE_STREAM, WARDEN_STREAM } from '../../../constructs/names';
import type { Baseline } from '../../config/model';
import { LIMITS, type Limits, type Mode, SIGNALS, type SignalId } from '../../config/values/signals';
import { CATALOGUE } from '../../watch/catalogue';
import { modeOf } from '../../watch/modes';
import { Watch } from '../../watch/watch';
import { auditRecord } from '../audit/record';
import { type Aws, answered, type NoAnswer } from '../aws';
import { linesOf } from '../preflight/live-log';

const EXAMPLES = 3;

export interface ReplayInput {
  readonly aws: Aws;
  readonly stack: string;
  readonly agent: string;
  readonly since: Date;
  readonly now: Date;
  /** @default all that records raise */
  readonly only?: SignalId;
  readonly modes: Readonly<Partial<Record<SignalId, Mode>>>;
  readonly limits: Limits;
  /** The ratified usual use. @default none, so that nothing is raised by it */
  readonly baseline?: Baseline;
}

export interface Replayed {
  readonly signal: SignalId;
  readonly mode: Mode;
  /** How often it was raised, and how many messages that makes. */
  readonly raised: number;
  readonly messages: number;
  readonly examples: readonly { readonly time: string; readonly saw: string }[];
}

export type ReplayResult =
  | {
      readonly reason: 'replayed';
      readonly agent: string;
      readonly since: string;
      readonly records: number;
      /** Whether CloudWatch has given every line. */
      readonly isAll: boolean;
      /** Whether there was a baseline to compare with. */
      readonly hasBaseline: boolean;
      readonly signals: readonly Replayed[];
    }
  | NoAnswer;

/** What each signal would have done on the agent's own past, by the code that raises it now. */
export async function replay(input: ReplayInput): Promise<ReplayResult> {
  const { aws, stack, agent, since, now, only, modes, limits, baseline } = input;
  const watch = new Watch(
    (id) => limits[id] ?? LIMITS[id],
    only,
    () => baseline?.rules,
  );
  const signals = new Map(
    SIGNALS.filter((id) => CATALOGUE[id].from !== 'function' && (only ?? id) === id).map((signal) => {
      const empty: Replayed = { signal, mode: modeOf(modes, signal), raised: 0, messages: 0, examples: [] };
      return [signal, empty];
    }),
  );
  const note = (signal: SignalId, count: number, time: string, saw: string) => {
    const known = signals.get(signal);
    if (!known) return;
    const examples = known.examples.length < EXAMPLES ? [...known.examples, { time, saw }] : known.examples;
    signals.set(signal, { ...known, raised: known.raised + count, messages: known.messages + 1, examples });
  };
  let records = 0;
  const see = (line: string) => {
    const record = auditRecord(line);
    if (record === undefined) return;
    if (record.record === 'signal') {
      // The gate's are raised anew here; warden's can't be.
      const signal = SIGNALS.find((id) => id === record.signal);
      if (signal && CATALOGUE[signal].from === 'warden') note(signal, 1, record.time, String(record.saw));
      return;
    }
    records += 1;
    for (const { signal, count, at, saw } of watch.see(record))
      note(signal, count, new Date(at).toISOString(), saw);
  };
  return answered<ReplayResult>(async () => {
    const { isAll } = await linesOf(aws, auditLogGroup(stack, agent), since, see, [
      GATE_STREAM,
      WARDEN_STREAM,
    ]);
    for (const { signal, count, at, saw } of watch.over(now.getTime() + 3_600_000))
      note(signal, count, new Date(at).toISOString(), saw);
    const all = [...signals.values()];
    const hasBaseline = baseline !== undefined;
    return {
      reason: 'replayed',
      agent,
      since: since.toISOString(),
      records,
      isAll,
      hasBaseline,
      signals: all,
    };
  });
}
