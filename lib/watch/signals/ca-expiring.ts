import type { Signal } from '../signal';

export const caExpiring: Signal = {
  id: 'ca-expiring',
  title: 'has a certificate authority that ends within 30 days',
  mode: 'shadow',
  from: 'warden',
  command: 'airlock status AGENT',
};
