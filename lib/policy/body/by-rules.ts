import type { BodyRule } from '../../config/values/body-rule';
import type { Json } from './json';
import { type BodyDecision, type BodyHead, judgeBody, judgeHead, type ReadBody } from './judge';

interface Judging {
  readonly id: string;
  readonly body?: BodyRule;
}

export type ByRules = BodyDecision & { readonly rule?: string };

/**
 * Judges a body by every rule that matches its request: no second rule opens what one of them closes.
 *
 * @param body absent: only what the head says is judged
 */
export function judgeByRules(
  rules: readonly Judging[],
  matching: readonly string[],
  head: BodyHead,
  body?: Uint8Array | ReadBody,
): ByRules {
  const notes: string[] = [];
  let value: Json | undefined;
  for (const { id, body: rule } of rules) {
    if (rule === undefined || !matching.includes(id)) continue;
    const judged = body === undefined ? judgeHead(rule, head) : judgeBody(rule, head, body);
    if (!judged.ok) return { ...judged, rule: id };
    notes.push(...judged.notes);
    value = judged.value;
  }
  return { ok: true, notes, value };
}
