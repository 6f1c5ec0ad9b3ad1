import type { Agent } from '../../config/model';
import type { Seen } from './seen';

export interface DroppedRule {
  readonly rule: string;
  /** The preset that defines it: the whole of it is used or dropped. */
  readonly preset?: string;
}

/** Rules that let nothing pass. High-risk ones are meant to. Of a preset only when none of its rules was used. */
export function unusedRules({ egress }: Pick<Agent, 'egress'>, { used }: Pick<Seen, 'used'>): DroppedRule[] {
  const usedPresets = new Set(egress.flatMap(({ id, preset }) => (preset && used.has(id) ? [preset] : [])));
  return egress
    .filter(({ id, risk, preset }) => risk !== 'high' && !used.has(id) && !usedPresets.has(preset ?? ''))
    .map(({ id, preset }) => ({ rule: id, ...(preset && { preset }) }));
}
