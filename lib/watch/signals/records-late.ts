import type { Signal } from '../signal';

export const recordsLate: Signal = {
  id: 'records-late',
  title: 'has records that CloudWatch got late, or not yet',
  mode: 'shadow',
  from: 'function',
  command: 'airlock status AGENT',
};
