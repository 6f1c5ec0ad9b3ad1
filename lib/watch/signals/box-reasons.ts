import type { Signal } from '../signal';

export const boxReasons: Signal = {
  id: 'box-reasons',
  title: 'has a proxy box that is not healthy',
  mode: 'shadow',
  from: 'warden',
  command: 'airlock status AGENT',
};
