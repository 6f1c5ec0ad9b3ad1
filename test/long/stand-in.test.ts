import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificateAuthority } from '../../constructs/secrets/provider/certificate-authority';
import {
  casesOf,
  decisionAgent,
  exchangeOf,
  replayValue,
  type Seen,
  send,
  verdictOf,
} from '../../lib/lab/decisions';
import { stripPort } from '../../lib/policy/host-port';
import { toWire } from '../../lib/policy/wire';
import { decisions } from '../policy/fixture';
import { configuration } from '../policy/support';
import { type Certificates, certificatesFor } from './stand-in/certificates';
import { type ParameterStore, startParameterStore } from './stand-in/parameter-store';
import { configurationText, type Place, type RunningProxy, startProxy } from './stand-in/proxy';
import { startUpstreams, type Upstreams } from './stand-in/upstreams';

/**
 * Every shared case against lab/stand-in on loopback. What agrees here are two readings of iron-proxy's documentation
 * and source; the real iron-proxy is not among them.
 */
const hasGo = spawnSync('go', ['version']).status === 0;
if (!hasGo)
  process.stderr.write(
    'the decisions are not replayed: the stand-in is built with Go 1.26, and there is none\n',
  );

const DOORS: Readonly<Record<80 | 443 | 8080, Place>> = { 80: 'http', 443: 'https', 8080: 'tunnel' };
const cases = casesOf(decisions);

(hasGo ? describe : describe.skip)('the stand-in decides as the shared cases say', () => {
  const folder = mkdtempSync(join(tmpdir(), 'airlock-stand-in-'));
  const binary = join(folder, 'stand-in');
  const authority = { cert: join(folder, 'ca.crt'), key: join(folder, 'ca.key') };
  const proxies = new Map<string, RunningProxy>();
  let ca = '';
  let internet: Certificates;
  let upstreams: Upstreams;
  let store: ParameterStore;

  beforeAll(async () => {
    execFileSync('go', ['build', '-o', binary, '.'], { cwd: join(__dirname, '..', '..', 'lab', 'stand-in') });
    const made = await makeCertificateAuthority('Airlock replay', new Date());
    ca = made.certificate;
    writeFileSync(authority.cert, made.certificate);
    writeFileSync(authority.key, made.privateKey, { mode: 0o600 });
    internet = await certificatesFor(hosts());
    writeFileSync(join(folder, 'internet.crt'), internet.authority.certificate);
    upstreams = await startUpstreams(internet);
    store = await startParameterStore(
      new Map(
        Object.values(decisions.policies).flatMap(({ secrets }) =>
          secrets.map(({ id, parameter }) => [parameter, replayValue(id)] as const),
        ),
      ),
    );
    await Promise.all(Object.keys(decisions.policies).map(start));
  }, 300_000);

  afterAll(async () => {
    await Promise.all([...proxies.values()].map((proxy) => proxy.stop()));
    upstreams?.close();
    store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(policy: string): Promise<void> {
    const { agent, airlock } = decisionAgent(decisions, policy);
    const directory = join(folder, policy);
    mkdirSync(directory);
    const text = configurationText(configuration(agent, airlock), authority);
    const proxy = await startProxy(binary, directory, text, {
      STAND_IN_DIAL: upstreams.dial,
      SSL_CERT_FILE: join(folder, 'internet.crt'),
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_SSM: store.url,
      AWS_ACCESS_KEY_ID: 'placeholder-of-the-role',
      AWS_SECRET_ACCESS_KEY: 'not-a-real-key',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    proxies.set(policy, proxy);
  }

  test.each(cases.map((found) => [found.id, found.shows, found] as const))('%s: %s', async (_, __, found) => {
    const { agent } = decisionAgent(decisions, found.policy);
    const exchange = exchangeOf(found, agent);
    if (!exchange) {
      // Nothing that could be sent: no door is even knocked at.
      expect(found.expect).toEqual({ allowed: false, by: 'transport', status: 'none' });
      return;
    }
    const proxy = proxies.get(found.policy) as RunningProxy;
    const door = proxy.doors.get(DOORS[exchange.port]);
    expect(door).toBeDefined();
    if (!door) return;
    upstreams.take();
    const answer = await send(exchange, door, ca);
    const seen: Seen = { ...answer, arrivals: upstreams.take() };
    expect(verdictOf(found, agent, seen, { securityGroup: false })).toEqual({ kind: 'agrees' });
  });

  test('no audit line holds a secret, and every one of them is a line of the stand-in', () => {
    const lines = [...proxies.values()].flatMap((proxy) => proxy.lines);
    expect(lines.filter(({ msg }) => msg === 'request').length).toBeGreaterThan(100);
    expect(lines.filter((line) => JSON.stringify(line).includes('not-a-real-key'))).toEqual([]);
    expect(
      lines.filter(({ msg }) => /stand-in for iron-proxy \(not iron-proxy\)/.test(String(msg))),
    ).toHaveLength(proxies.size);
  });

  test('a secret is fetched on first use, and once', () => {
    expect(new Set(store.asked).size).toBe(store.asked.length);
    expect(store.asked.length).toBeGreaterThan(0);
  });
});

/** Every name under which an allowed request may go out. */
function hosts(): string[] {
  const names = cases.flatMap(({ request: { upgrade: _, ...asked }, expect: { allowed } }) => {
    const wire = allowed ? toWire(asked) : undefined;
    return wire ? [stripPort(wire.host), stripPort(wire.sni)] : [];
  });
  return [...new Set(names)].filter((name) => name !== '');
}
