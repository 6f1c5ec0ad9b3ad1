import { HOUR, Period } from '../period';
import type { Signal } from '../signal';
import { isAllowed, presetOf } from '../words';

/** Presets of the kind `model` (config/presets). */
export const MODEL_PRESETS: readonly string[] = ['anthropic', 'bedrock', 'openai', 'openrouter'];

export const modelCalls: Signal = {
  id: 'model-calls',
  title: 'called its model more often in an hour than its limit: perhaps a loop',
  mode: 'shadow',
  from: 'gate',
  command: 'airlock audit AGENT --since 1d',
  detector: (limit) => {
    const hour = new Period(HOUR);
    return {
      see: (record, at) => {
        if (!isAllowed(record) || !MODEL_PRESETS.includes(presetOf(record))) return undefined;
        const sum = hour.add(1, at);
        return sum > limit('model-calls') ? { saw: `${sum} calls in this hour (UTC)` } : undefined;
      },
    };
  },
};
