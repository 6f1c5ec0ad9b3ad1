import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../containment/cell';
import type { Terminal } from './terminal';

export function realClock({ now }: Terminal): Clock {
  return { now, pause: async (milliseconds) => setTimeout(milliseconds) };
}
