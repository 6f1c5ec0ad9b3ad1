import type { Signal } from '../signal';

export const cpuPegged: Signal = {
  id: 'cpu-pegged',
  title: 'used nearly all of its CPU for an hour',
  mode: 'shadow',
  from: 'function',
  command: 'airlock connect AGENT',
};
