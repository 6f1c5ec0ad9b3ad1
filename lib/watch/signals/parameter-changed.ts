import type { Signal } from '../signal';

export const parameterChanged: Signal = {
  id: 'parameter-changed',
  title: 'has a parameter that somebody changed: policy, secret, grant or authority',
  mode: 'shadow',
  from: 'function',
  command: 'airlock status AGENT',
};
