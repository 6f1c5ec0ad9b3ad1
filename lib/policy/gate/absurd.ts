import { unescapedOnce } from '../bytes';
import type { Disguises } from '../document/refused-headers';
import { type GateDecision, refusedAtGate } from './decision';
import type { GateRequest } from './request';

/**
 * Limits on what the gate passes on. No client of an agent comes near them; iron-proxy itself reads heads of up to 1 MiB and
 * writes host and path of each into its log.
 */
export const LIMITS = {
  methodBytes: 32,
  hostBytes: 260,
  targetBytes: 8192,
  fields: 200,
  nameBytes: 256,
  headerBytes: 65_536,
};

/** The refusal of a request that is too large, or that iron-proxy's parts could read in two ways. */
export function absurd(
  { method, target, host, headers }: GateRequest,
  disguises: Disguises,
): GateDecision | undefined {
  const size = (text: string) => Buffer.byteLength(text, 'utf8');
  const over = (what: string, is: number, limit: number, status: number) =>
    is > limit ? refusedAtGate('gate', `${what} ${is}, and at most ${limit} pass`, { status }) : undefined;
  return (
    over("the method's length is", size(method), LIMITS.methodBytes, 400) ??
    over("the host's length is", size(host), LIMITS.hostBytes, 400) ??
    over('the length of path and query is', size(target), LIMITS.targetBytes, 414) ??
    over('the number of header lines is', headers.fields, LIMITS.fields, 431) ??
    over("the longest header name's length is", headers.longestName, LIMITS.nameBytes, 431) ??
    over('the size of the headers is', headers.bytes, LIMITS.headerBytes, 431) ??
    (headers.names?.some((name) => disguises.has(name))
      ? refusedAtGate(
          'gate',
          'some servers take a header with "_" for one that the proxy box sets, judges or removes',
          { status: 400 },
        )
      : undefined) ??
    (/[A-Z]/.test(host)
      ? refusedAtGate(
          'gate',
          'the Host header has capital letters, and iron-proxy compares hosts as they are written',
          {
            status: 403,
          },
        )
      : undefined) ??
    (namesMethod(queryOf(target))
      ? refusedAtGate('gate', 'some servers take the method from "_method" in the query', { status: 400 })
      : undefined) ??
    (isDecodable(queryOf(target))
      ? undefined
      : refusedAtGate('gate', 'the query holds a "#", or a "%" that two hex digits do not follow', {
          status: 400,
        }))
  );
}

function queryOf(target: string): string {
  const question = target.indexOf('?');
  return question < 0 ? '' : target.slice(question + 1);
}

function isDecodable(query: string): boolean {
  return !/#|%(?![0-9A-Fa-f]{2})/.test(query);
}

/** Laravel and Symfony make a DELETE of a POST so; PHP takes some other characters for `_`. */
function namesMethod(query: string): boolean {
  if (!/method|%/i.test(query)) return false;
  return /(?:^|[&;])\s*[_ .+[]method(?:[=&;]|$)/i.test(unescapedOnce(query));
}
