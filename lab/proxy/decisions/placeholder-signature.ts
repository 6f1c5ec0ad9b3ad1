import type { Agent } from '../../../lib/config/model';
import { hostMatches } from '../../../lib/policy/matching';

/** The key id that AWS's SDKs on the agent are given; a proxy box that signs must never send it on. */
export const PLACEHOLDER_KEY_ID = 'AKIDPLACEHOLDER';

/**
 * Headers of a request signed with placeholder keys, if a rule signs for its host; else none. The signature is all
 * zeros: only AWS could check it.
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
