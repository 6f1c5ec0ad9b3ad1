import { randomBytes } from 'node:crypto';
import { parsePolicy } from '../../lab/proxy/plan/policy';
import { type Allowed, allowedBy } from '../../lab/proxy/plan/target';
import type { Arrival, Reply } from '../../lab/proxy/plan/wire';
import type { Deployment } from '../../lab/proxy/run/deployment';

/** A rule with a secret and one without, both for GET. The same machine answers both. */
export function rulesIn(policy: string): { readonly secret: Allowed; readonly bare: Allowed } {
  const reads = allowedBy(parsePolicy(policy)).filter(({ method, signed }) => method === 'GET' && !signed);
  const secret = reads.find(({ secrets }) => secrets.length > 0);
  // github.com answers with a git repository, not with a plain body.
  const bare = reads.find(({ host, secrets }) => secrets.length === 0 && host !== 'github.com');
  if (secret === undefined || bare === undefined) {
    throw new Error(
      'the policy has no two rules for GET, one with a secret and one without: nothing to compare',
    );
  }
  return { secret, bare };
}

/**
 * Sends one legitimate request before the measurement: the certificate must be the authority's, and the secret must reach
 * the upstream of its rule and not come back.
 *
 * @throws if not
 */
export async function checkProxy(deployment: Deployment, agent: string, rule: Allowed): Promise<void> {
  const token = `DLAB-Y00-${randomBytes(4).toString('hex')}`;
  const { next } = await deployment.internet.since(Number.MAX_SAFE_INTEGER);
  const reply = (await deployment.worker(agent).ask({
    do: 'exchange',
    to: deployment.box(agent).address,
    port: 443,
    tls: { sni: rule.host },
    trust: true,
    send: [`GET ${rule.path} HTTP/1.1\r\nHost: ${rule.host}\r\nX-Lab: ${token}\r\nConnection: close\r\n\r\n`],
  })) as unknown as Partial<Reply>;
  const { arrivals } = await deployment.internet.since(next);
  const came = arrivals.find(({ tokens }) => tokens.includes(token));
  const fault = faultOf(rule, reply, came);
  if (fault !== undefined) throw new Error(`${rule.host} through the proxy box: ${fault}`);
}

/** @param came what reached the upstream */
export function faultOf(
  { secrets }: Pick<Allowed, 'secrets'>,
  { statuses, leaks, ended }: Partial<Reply>,
  came: Pick<Arrival, 'secrets'> | undefined,
): string | undefined {
  if (statuses?.join() !== '200') return `HTTP ${statuses?.join() || 'none'} (${ended})`;
  if (leaks?.length !== 0) return 'the agent saw the value';
  if (came === undefined) return 'nothing arrived';
  const arrived = came.secrets.map(({ id }) => id).join();
  return arrived === secrets.join() ? undefined : `it arrived with ${arrived || 'no secret'}`;
}
