import type { Signal } from '../signal';

export const machineDown: Signal = {
  id: 'machine-down',
  title: 'has a machine that stopped or fails the status checks of EC2',
  mode: 'shadow',
  from: 'function',
  command: 'airlock status AGENT',
};
