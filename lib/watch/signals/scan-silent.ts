import type { Signal } from '../signal';

export const scanSilent: Signal = {
  id: 'scan-silent',
  title: 'has not reported a scan of its home for eight days',
  mode: 'shadow',
  from: 'warden',
  command: 'airlock connect AGENT',
};
