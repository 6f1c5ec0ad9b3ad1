import type { Signal } from '../signal';

export const chainBroken: Signal = {
  id: 'chain-broken',
  title: 'has records whose chain begins anew: earlier ones may be missing',
  mode: 'shadow',
  from: 'function',
  command: 'airlock audit AGENT --verify --since 2d',
};
