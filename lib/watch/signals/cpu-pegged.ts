import type { Signal } from '../signal';

export const cpuPegged: Signal = {
  id: 'cpu-pegged',
  title: 'used more of its CPU for an hour than its limit (percent)',
  mode: 'shadow',
  from: 'function',
  command: 'airlock connect AGENT',
};
