import type { Signal } from '../signal';

export const secretRead: Signal = {
  id: 'secret-read',
  title: 'has a secret that somebody else than its proxy box read',
  mode: 'shadow',
  from: 'function',
  command: 'airlock secrets list AGENT',
};
