import { z } from 'zod';
import { LIMITS, type LimitId, MODES, type Mode, SIGNALS, type SignalId } from '../values/signals';
import { wholeNumber } from './fields';

const mode = (id: SignalId) =>
  z
    .enum(MODES)
    .optional()
    .meta({ description: `The signal ${id} (docs/RUNBOOKS.md).` });
const modes = Object.fromEntries(SIGNALS.map((id) => [id, mode(id)])) as Record<
  SignalId,
  ReturnType<typeof mode>
>;

const UNITS: Readonly<Record<LimitId, readonly [unit: string, most: number]>> = {
  actions: ['actions a day', 1_000_000],
  'bytes-out': ['MiB a day', 1_048_576],
  'cpu-pegged': ['percent', 100],
  'drifting-use': ['standard deviations, summed over days', 1_000],
  'model-calls': ['calls an hour', 1_000_000],
  'package-installs': ['requests an hour', 1_000_000],
  refusals: ['refusals in five minutes', 1_000_000],
  'rejected-flows': ['refused flows in one delivery of the flow logs', 10_000],
  'unusual-hour': ['standard deviations', 1_000],
};
const limit = (id: LimitId) =>
  wholeNumber(1, UNITS[id][1], UNITS[id][0], `Default: ${LIMITS[id]} ${UNITS[id][0]}.`).optional();
const limits = Object.fromEntries((Object.keys(LIMITS) as LimitId[]).map((id) => [id, limit(id)])) as Record<
  LimitId,
  ReturnType<typeof limit>
>;

type Modes = Partial<Record<SignalId, Mode>>;

/** docs/WATCH.md explains each signal. */
export const watch = z
  .strictObject({
    signals: z
      .strictObject(modes)
      .default({} as Modes)
      .meta({
        description:
          'What becomes of a signal: off; shadow (logged only); notify (people are told); contain (they are told, and the agent is cut off).',
      }),
    limits: z
      .strictObject(limits)
      .default({} as Partial<Record<LimitId, number>>)
      .meta({ description: 'The number above which a signal is raised.' }),
  })
  .default({ signals: {}, limits: {} })
  .meta({ description: 'What becomes of signals; "airlock watch" lists them.' });
