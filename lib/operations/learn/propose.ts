import type { Agent, Airlock, EgressRule } from '../../config/model';
import { checkExactHost } from '../../config/values/host-name';
import { checkMethod } from '../../config/values/http-method';
import { checkPath } from '../../config/values/path-pattern';
import { decide } from '../../policy';
import { flow } from '../../policy/document/emit';
import type { RefusedRequest, Seen } from './seen';

/** More would be no review. */
const MOST_RULES = 20;
const MOST_PATHS = 10;

/** A request that a proposed rule would let pass, as the decider says. */
export interface NewlyAllowed extends RefusedRequest {
  readonly rule: string;
}

export interface Proposal {
  /** For the `egress` of the agent's file, one rule a line. */
  readonly yaml: readonly string[];
  /** All that the rules would newly allow: each has exact paths of these requests and nothing else. */
  readonly allows: readonly NewlyAllowed[];
  /** Requests for which no rule is proposed, and why. */
  readonly leftOut: readonly (RefusedRequest & { readonly why: string })[];
  /** Refusals beyond these. */
  readonly uncounted: number;
}

/**
 * The tightest rules that fit refused requests: one host, one method, exact paths, no secret. What isn't GET or HEAD is
 * proposed as high risk. The agent chose these requests: a person must know why each is needed.
 */
export function proposalOf(
  airlock: Airlock,
  agent: Agent,
  seen: Pick<Seen, 'requests' | 'uncounted'>,
): Proposal {
  const groups = new Map<string, EgressRule>();
  const leftOut: (RefusedRequest & { why: string })[] = [];
  const kept: RefusedRequest[] = [];
  for (const request of seen.requests()) {
    const key = `${request.method} ${request.host}`;
    const why = whyNot(airlock, agent, request) ?? whyFull(groups, key);
    if (why !== undefined) leftOut.push({ ...request, why });
    else {
      kept.push(request);
      groups.set(key, ruleWith(agent, groups, key, request));
    }
  }
  const rules = [...groups.values()];
  // The same decider again, with all proposed rules and as if each were granted.
  const after = {
    ...agent,
    egress: [...agent.egress, ...rules.map((rule) => ({ ...rule, risk: 'low' as const }))],
  };
  return {
    yaml: rules.map((rule) =>
      flow({
        id: rule.id,
        host: rule.host,
        methods: rule.methods,
        paths: rule.paths,
        ...(rule.risk === 'high' && { risk: rule.risk }),
      }),
    ),
    allows: kept.map((request) => ({ ...request, rule: decide(airlock, after, asked(request)).rule ?? '' })),
    leftOut,
    uncounted: seen.uncounted,
  };
}

function whyNot(airlock: Airlock, agent: Agent, request: RefusedRequest): string | undefined {
  const { method, host, path } = request;
  const before = decide(airlock, agent, asked(request));
  if (before.allowed) return 'the configuration allows it already: deploy it';
  const wrong =
    (checkExactHost(host) && 'its host is not a plain name') ??
    (checkMethod(method) && 'its method is none that a rule may name') ??
    ((checkPath(path) || /[*?[\]\\%]/.test(path)) &&
      'its path can only be matched by a pattern: write the rule yourself');
  if (wrong) return wrong;
  const rule: EgressRule = { id: 'learned', host, methods: [method], paths: [path], risk: 'low' };
  const after = decide(airlock, { ...agent, egress: [...agent.egress, rule] }, asked(request));
  return after.allowed ? undefined : after.reason;
}

function whyFull(groups: ReadonlyMap<string, EgressRule>, key: string): string | undefined {
  const group = groups.get(key);
  if (group && group.paths.length >= MOST_PATHS)
    return `a rule with more than ${MOST_PATHS} exact paths is none`;
  return !group && groups.size >= MOST_RULES
    ? `more than ${MOST_RULES} rules at once are no review`
    : undefined;
}

function ruleWith(
  { egress }: Agent,
  groups: ReadonlyMap<string, EgressRule>,
  key: string,
  { method, host, path }: RefusedRequest,
): EgressRule {
  const group = groups.get(key);
  if (group) return { ...group, paths: [...group.paths, path] };
  const ids = new Set([...egress, ...groups.values()].map(({ id }) => id));
  const base = `learned-${method.toLowerCase()}-${host.replace(/[^a-z0-9]+/g, '-')}`
    .slice(0, 60)
    .replace(/-+$/, '');
  let id = base;
  for (let next = 2; ids.has(id); next += 1) id = `${base}-${next}`;
  const risk = method === 'GET' || method === 'HEAD' ? 'low' : 'high';
  return { id, host, methods: [method], paths: [path], risk };
}

function asked({ method, host, path }: RefusedRequest) {
  return { method, url: `https://${host}${path}` };
}
