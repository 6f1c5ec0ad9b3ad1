import type { Signal } from '../signal';

export const archiveLate: Signal = {
  id: 'archive-late',
  title: 'has records that did not reach the write-once archive within two hours',
  mode: 'shadow',
  from: 'warden',
  command: 'airlock status AGENT',
};
