import type { Signal } from '../signal';

export const modelSpend: Signal = {
  id: 'model-spend',
  title: 'reached a part of what its model calls may cost',
  mode: 'notify',
  from: 'gate',
  command: 'airlock status AGENT',
  detector: () => ({
    see: ({ record, event, period, percent, limitUsd, usd }) =>
      record === 'spend' && event === 'reaches'
        ? {
            key: `${String(period)} ${String(percent)}`,
            saw: `${String(percent)} percent: charges of ${String(usd)} USD, and ${String(limitUsd)} USD a ${String(period)} may pass`,
          }
        : undefined,
  }),
};
