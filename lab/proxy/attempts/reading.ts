import { type RequestOptions, request, secure } from '../plan/attempt';
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

/** The same over TLS, under the name that the policy allows. */
export const dialToRead = (target: Target, change: Change = {}, rest: Partial<Exchange> = {}) =>
  secure(target, target.read.host, reading(target, change), rest);
export const readOverTls = (...all: Parameters<typeof dialToRead>) => [dialToRead(...all)];

/** As many steps as lead from a directory to the root, and at least one. */
export const toRoot = (directory: string, step: string) =>
  step.repeat(Math.max(1, directory.split('/').length - 1));

export const NO_WRITE = 'this policy has no rule that writes with a secret';
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
