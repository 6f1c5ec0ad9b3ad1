/** What becomes of a signal that is raised. */
export const MODES = ['off', 'shadow', 'notify', 'contain'] as const;
export type Mode = (typeof MODES)[number];

/** Signals by their ids; lib/watch/signals has one file for each. */
export const SIGNALS = [
  'actions',
  'archive-late',
  'asks-for-grant',
  'backup-failed',
  'box-reasons',
  'bytes-out',
  'ca-expiring',
  'canary-seen',
  'chain-broken',
  'cpu-pegged',
  'drifting-use',
  'flow-logs-undelivered',
  'grant-opened',
  'machine-down',
  'model-calls',
  'model-spend',
  'new-host',
  'package-installs',
  'parameter-changed',
  'policy-changed',
  'pushes',
  'records-late',
  'refusals',
  'rejected-flows',
  'resolver-query',
  'scan-silent',
  'secret-in-state',
  'secret-read',
  'unusual-hour',
] as const;
export type SignalId = (typeof SIGNALS)[number];

/** Signals with a number above which they are raised, and that number unless the agent's file has another. */
export const LIMITS = {
  actions: 200,
  'bytes-out': 500,
  'cpu-pegged': 85,
  'drifting-use': 5,
  'model-calls': 500,
  'package-installs': 100,
  refusals: 30,
  'rejected-flows': 10,
  'unusual-hour': 4,
} as const satisfies Partial<Record<SignalId, number>>;
export type LimitId = keyof typeof LIMITS;
export type Limits = Partial<Record<LimitId, number>>;
