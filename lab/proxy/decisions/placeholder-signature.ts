import type { Agent } from '../../../lib/config/model';
import { hostMatches } from '../../../lib/policy/matching';

/** What must never leave a proxy box that signs by itself: AWS's SDKs on the agent are given these keys. */
export const PLACEHOLDER_KEY_ID = 'AKIDPLACEHOLDER';

/**
 * The headers of a request signed with placeholder keys, where a rule signs for its host; none elsewhere. The
 * signature is all zeros: nothing but AWS could check it, and it never gets there.
 *
 * @param host may carry a port
 */
export function placeholderSignature(agent: Agent, host: string): readonly string[] {
  const signed = agent.egress.find((rule) => rule.awsAuth && hostMatches(rule.host, host))?.awsAuth;
  if (!signed) return [];
  const scope = `20260101/${signed.region}/${signed.service}/aws4_request`;
  return [
    'X-Amz-Date: 20260101T000000Z',
    `Authorization: AWS4-HMAC-SHA256 Credential=${PLACEHOLDER_KEY_ID}/${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
  ];
}
