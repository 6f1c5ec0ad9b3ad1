import type { Signal } from '../signal';

export const rejectedFlows: Signal = {
  id: 'rejected-flows',
  title: 'tried addresses or ports that its security group refuses: perhaps a port scan',
  mode: 'shadow',
  from: 'function',
  command: 'airlock audit AGENT --since 1d',
};
