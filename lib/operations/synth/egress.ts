import type { Agent, EgressRule, Risk } from '../../config/model';

/** An egress rule, as a reviewer reads it. */
export interface EgressSummary {
  readonly rule: string;
  readonly host: string;
  /** Empty means every method, which only a rule with a written reason may say. */
  readonly methods: readonly string[];
  /** Empty means every path, likewise. */
  readonly paths: readonly string[];
  /** Id of the secret that goes out with a request. */
  readonly secret?: string;
  /** AWS service that requests are signed for with the proxy box's own role. */
  readonly signedFor?: string;
  readonly risk: Risk;
  /** Whether requests pass now; a high-risk rule is shut until it is granted. */
  readonly open: boolean;
}

export function egressOf(agent: Agent, shut: readonly EgressRule[]): EgressSummary[] {
  const shutIds = new Set(shut.map(({ id }) => id));
  return agent.egress.map((rule) => ({
    rule: rule.id,
    host: rule.host,
    methods: rule.methods,
    paths: rule.paths,
    secret: rule.secret,
    signedFor: rule.awsAuth?.service,
    risk: rule.risk,
    open: !shutIds.has(rule.id),
  }));
}
