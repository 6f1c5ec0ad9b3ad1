import type { Roles } from '../../network/plan/roles';
import { type AllowRule, type Policy, parsePolicy } from './policy';

/** A request that the attacker's policy allows, and what goes out with it. */
export interface Allowed {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  /** Parameters of the secrets that belong to it. */
  readonly secrets: readonly string[];
  /** iron-proxy signs it for AWS. */
  readonly signed: boolean;
  /** Bytes of the largest body that the gate judges. @default it judges none, and bodies pass as they come */
  readonly bodyLimit?: number;
}

/** The proxy box under attack: its agent, its policy, and the requests that attempts begin with. */
export interface Target {
  readonly roles: Roles;
  readonly agent: string;
  readonly policy: Policy;
  /** Address of the proxy box. */
  readonly own: string;
  readonly allowed: readonly Allowed[];
  /** An allowed GET, with a secret or of a part of its host if a rule has one: most attempts begin with it. */
  readonly read: Allowed;
  /** An allowed request with a secret and a method that writes, if a rule has one. */
  readonly write: Allowed | undefined;
}

export const ATTACKER = 'attacker.example.net';

/** The agent to attack: the first whose policy has a reading rule with a secret, else the first with a reading rule. */
export function bestAttacker(
  policies: readonly { readonly agent: string; readonly policy: string }[],
): string | undefined {
  const reads = ({ policy }: { readonly policy: string }, withSecret: boolean) =>
    allowedBy(parsePolicy(policy)).some(
      ({ method, secrets }) => method === 'GET' && (!withSecret || secrets.length > 0),
    );
  return (policies.find((each) => reads(each, true)) ?? policies.find((each) => reads(each, false)))?.agent;
}

/** Undefined if the policy allows no GET. */
export function targetOf(roles: Roles, agent: string, policyText: string): Target | undefined {
  const policy = parsePolicy(policyText);
  const allowed = allowedBy(policy);
  const reads = allowed.filter(({ method }) => method === 'GET');
  const read =
    reads.find(({ secrets }) => secrets.length > 0) ??
    reads.find((each) => directoryOf(each) !== '') ??
    reads[0];
  if (read === undefined) return undefined;
  const write = allowed.find(
    ({ method, secrets }) => !['GET', 'HEAD'].includes(method) && secrets.length > 0,
  );
  return { roles, agent, policy, own: roles.ownProxy.v4, allowed, read, write };
}

/** The directory that the rule of a request covers; empty: its whole host. */
export const directoryOf = ({ path }: Pick<Allowed, 'path'>) => path.replace(/\/[^/]*$/, '');

/** One request for every method and path of every rule. */
export function allowedBy(policy: Policy): Allowed[] {
  return policy.allow
    .filter(({ host }) => !host.includes('*'))
    .flatMap(({ host, methods = ['GET'], paths = ['/'], bodyLimit }) =>
      methods.flatMap((method) =>
        paths.map((pattern) => {
          const path = pathOf(pattern);
          const covers = (rule: AllowRule) => matches(rule, host, method, pattern);
          return {
            host,
            method,
            path,
            secrets: policy.secrets
              .filter(({ rules }) => rules.some(covers))
              .map(({ parameter }) => parameter),
            signed: policy.signed.some(covers),
            bodyLimit,
          };
        }),
      ),
    );
}

function matches(rule: AllowRule, host: string, method: string, pattern: string): boolean {
  const within = (path: string) =>
    path === pattern || (path.endsWith('/*') && pattern.startsWith(path.slice(0, -1)));
  return (
    rule.host === host &&
    (rule.methods === undefined || rule.methods.includes(method)) &&
    (rule.paths === undefined || rule.paths.some(within))
  );
}

/** A path that matches the pattern. */
export function pathOf(pattern: string): string {
  return pattern
    .replaceAll(/\[([^\]^])[^\]]*\]/g, '$1')
    .replaceAll(/\\(.)/g, '$1')
    .replaceAll('*', 'lab')
    .replaceAll('?', 'x');
}
