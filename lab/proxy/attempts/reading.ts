import { type RequestOptions, request, secure } from '../plan/attempt';
import type { Target } from '../plan/target';
import type { Exchange } from '../plan/wire';

interface Change extends RequestOptions {
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
export const readOverTls = (target: Target, change: Change = {}, rest: Partial<Exchange> = {}) => [
  secure(target, target.read.host, reading(target, change), rest),
];

/** The directory that the reading rule covers. */
export const directoryOf = ({ read }: Target) => read.path.replace(/\/[^/]*$/, '');

/** As many steps as lead from that directory to the root. */
export const toRoot = (target: Target, step: string) =>
  step.repeat(directoryOf(target).split('/').length - 1);

export const NO_WRITE = 'this policy has no rule that writes with a secret';
export const NO_BARE = 'this policy has no rule without a secret';

/** An allowed request that carries no secret. */
export const bareOf = ({ allowed }: Target) =>
  allowed.find(({ secrets, signed }) => secrets.length === 0 && !signed);
