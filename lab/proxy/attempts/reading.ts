import { type ProxyAttempt, type RequestOptions, request, type Step, secure } from '../plan/attempt';
import type { Allowed, Target } from '../plan/target';
import type { Exchange } from '../plan/wire';

export interface Change extends RequestOptions {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
}

/** The reading request that the policy allows, but for what is changed. */
export function reading({ read }: Target, change: Change = {}): string {
  const { method = 'GET', path = read.path, host = read.host, ...options } = change;
  return request(method, path, host, options);
}

/** An allowed request over TLS, under the name that the policy allows, but for what is changed. */
export function dialFor(target: Target, rule: Allowed, change: Change = {}, rest: Partial<Exchange> = {}) {
  const { method = rule.method, path = rule.path, host = rule.host, ...options } = change;
  return secure(target, rule.host, request(method, path, host, options), rest);
}

/** The reading request over TLS. */
export const dialToRead = (target: Target, change: Change = {}, rest: Partial<Exchange> = {}) =>
  dialFor(target, target.read, change, rest);
export const readOverTls = (...all: Parameters<typeof dialToRead>) => [dialToRead(...all)];

/** As many steps as lead from a directory to the root, and at least one. */
export const toRoot = (directory: string, step: string) =>
  step.repeat(Math.max(1, directory.split('/').length - 1));

const NO_WRITE = 'this policy has no rule that writes with a secret';
/** For an attempt that begins with a write. */
export const withWrite =
  (run: (target: Target, write: Allowed) => readonly Step[] | string): ProxyAttempt['run'] =>
  (target) =>
    target.write === undefined ? NO_WRITE : run(target, target.write);

export const NO_BARE = 'this policy has no rule without a secret';

/** Why no secret can go astray with a request: all that aren't its own wait for their placeholder. Undefined if one can. */
export function noneAstray({ policy }: Target, { secrets }: Pick<Allowed, 'secrets'>): string | undefined {
  const others = policy.secrets.filter(
    ({ parameter, placeholder }) => placeholder === undefined && !secrets.includes(parameter),
  );
  return others.length === 0 ? 'this policy has no other secret that could go out with it' : undefined;
}

/** An allowed request that carries no secret. */
export const bareOf = ({ allowed }: Target) =>
  allowed.find(({ secrets, signed }) => secrets.length === 0 && !signed);
