import type { Signal } from '../signal';

export const flowLogsUndelivered: Signal = {
  id: 'flow-logs-undelivered',
  title: 'has flow logs that AWS does not deliver',
  mode: 'shadow',
  from: 'function',
  command: 'airlock verify AGENT',
};
