import type { Signal } from '../signal';

export const backupFailed: Signal = {
  id: 'backup-failed',
  title: 'has no backup of its state volume from tonight',
  mode: 'shadow',
  from: 'function',
  command: 'airlock verify AGENT',
};
