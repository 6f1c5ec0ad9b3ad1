import type { EgressRule } from '../../config/model';

/**
 * What of a rule would be missing from iron-proxy's document under a grant: warden adds the rule and its secret, and
 * nothing else. Such a rule stays shut. Undefined when a grant can open it.
 */
export function notGrantable({ body, awsAuth, keepHeaders }: EgressRule): string | undefined {
  if (body) return 'body';
  if (awsAuth) return 'awsAuth';
  return keepHeaders ? 'keepHeaders' : undefined;
}
