import type { Signal } from '../signal';

export const recordsLate: Signal = {
  id: 'records-late',
  title: 'has records that reached CloudWatch late',
  mode: 'shadow',
  from: 'function',
  command: 'airlock status AGENT',
};
