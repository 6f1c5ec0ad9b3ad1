import type { GateDecision } from '../../policy/gate/decision';
import type { GatePolicy } from '../../policy/gate/policy';
import { grantCommand } from '../../policy/grant/ask';
import type { Refusal } from './messages';

const UNSAID = { by: 'gate', reason: 'the record of this request says why' } as const;
/** Seconds between two tries of a client that waits for somebody to grant its rule. */
const GRANT_RETRY = 60;

/** The answer to a refused request: JSON that a program can read, and says what is needed. */
export function refusal(policy: GatePolicy | undefined, record: string, decision: GateDecision): Refusal {
  const { rule, risk, status = 403 } = decision;
  // Whoever searches the host doesn't learn which credentials are made up.
  const { by, reason } = decision.by === 'canary' ? UNSAID : decision;
  const retryAfter = decision.retryAfter ?? (by === 'grant' ? GRANT_RETRY : undefined);
  const needs =
    policy && by === 'grant'
      ? {
          needs: { grant: { agent: policy.agent, rule, risk } },
          ask: `ask a person who may approve it to run: ${grantCommand(policy, rule)} --for 15m --because "..."`,
        }
      : {};
  return {
    status,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      ...(retryAfter !== undefined && { 'Retry-After': String(retryAfter) }),
    },
    body: `${JSON.stringify({ error: 'refused by the proxy box', by, rule, reason, ...needs, record })}\n`,
  };
}
