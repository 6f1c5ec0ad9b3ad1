import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificateAuthority } from '../../../constructs/provider/resources/agent-secrets/certificate-authority';
import type { Observation } from '../../../lab/proof/proof';
import {
  casesOf,
  type DecisionCase,
  decisionAgent,
  exchangeOf,
  observeDecision,
  replayValue,
  type Seen,
} from '../../../lab/proxy/decisions';
import { stripPort } from '../../../lib/policy/host-port';
import { toWire } from '../../../lib/policy/wire';
import { decisions } from '../../policy/fixture';
import { configuration } from '../../policy/support';
import { certificatesFor } from './certificates';
import { type ParameterStore, startParameterStore } from './parameter-store';
import { type Configuration, configurationText, type RunningProxy, startProxy } from './proxy';
import { send } from './send';
import { startUpstreams, type Upstreams } from './upstreams';

export const SOURCE = join(__dirname, '..', '..', '..', 'lab', 'proxy', 'stand-in');

/** Without Go it prints that the suite is skipped, so that nobody takes a skipped suite for one that passed. */
export function canBuild(): boolean {
  const found = spawnSync('go', ['version']).status === 0;
  if (!found) process.stderr.write('skipped: the stand-in is built with Go 1.26, and there is no Go here\n');
  return found;
}

export const cases = casesOf(decisions);

/** The stand-in, upstream servers and a Parameter Store, all on loopback. */
export class Replay {
  private readonly folder = mkdtempSync(join(tmpdir(), 'airlock-stand-in-'));
  private readonly binary = join(this.folder, 'stand-in');
  private readonly authority = { cert: join(this.folder, 'ca.crt'), key: join(this.folder, 'ca.key') };
  private readonly trusted = join(this.folder, 'upstreams.crt');
  /** The box's authority, PEM. */
  ca = '';
  private upstreams: Upstreams | undefined;
  readonly proxies: RunningProxy[] = [];
  store: ParameterStore | undefined;

  /** @param more names for the upstreams' certificate, besides those of the cases */
  async open(more: readonly string[] = []): Promise<void> {
    execFileSync('go', ['build', '-o', this.binary, '.'], { cwd: SOURCE });
    const made = await makeCertificateAuthority('Airlock replay', new Date());
    this.ca = made.certificate;
    writeFileSync(this.authority.cert, made.certificate);
    writeFileSync(this.authority.key, made.privateKey, { mode: 0o600 });
    const upstreams = await certificatesFor([...new Set([...hosts(), ...more])]);
    writeFileSync(this.trusted, upstreams.authority.certificate);
    this.upstreams = await startUpstreams(upstreams);
    this.store = await startParameterStore(parameters());
  }

  async close(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
    this.upstreams?.close();
    this.store?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Starts the stand-in with a policy of the cases, as compiled or edited. */
  async run(
    policy: string,
    edit: (compiled: Configuration) => Configuration = (same) => same,
  ): Promise<RunningProxy> {
    const { agent, airlock } = decisionAgent(decisions, policy);
    const directory = join(this.folder, `${policy}-${this.proxies.length}`);
    mkdirSync(directory);
    const compiled = edit(configuration(agent, airlock) as unknown as Configuration);
    const proxy = await startProxy(this.binary, directory, configurationText(compiled, this.authority), {
      STAND_IN_DIAL: this.upstreams?.dial ?? '',
      SSL_CERT_FILE: this.trusted,
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_SSM: this.store?.url ?? '',
      AWS_ACCESS_KEY_ID: 'placeholder-of-the-role',
      AWS_SECRET_ACCESS_KEY: 'not-a-real-key',
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    this.proxies.push(proxy);
    return proxy;
  }

  /** Sends the request of a case; undefined: no client can send it, or the front refuses it. */
  async ask(proxy: RunningProxy, found: DecisionCase): Promise<Observation | undefined> {
    const { agent } = decisionAgent(decisions, found.policy);
    // The front ends tunnels, and leads on what is inside.
    const exchange = found.expect.by === 'front' ? undefined : exchangeOf(found, agent);
    const address = exchange && proxy.ports.get(exchange.tls ? 'https' : 'http');
    if (!exchange || !address) return undefined;
    this.upstreams?.take();
    const answer = await send({ ...exchange, connect: undefined }, address, this.ca);
    const seen: Seen = { ...answer, arrivals: this.upstreams?.take() ?? [] };
    return observeDecision(found, agent, seen, { securityGroup: false });
  }
}

function parameters(): ReadonlyMap<string, string> {
  const secrets = Object.values(decisions.policies).flatMap((policy) => policy.secrets);
  return new Map(secrets.map(({ id, parameter }) => [parameter, replayValue(id)]));
}

/** Every name under which a request may reach an upstream, also with a weakened policy. */
export function hosts(): string[] {
  const names = cases.flatMap(({ request: { upgrade: _, ...asked }, expect: { by } }) => {
    const wire = by === 'transport' ? undefined : toWire(asked);
    return wire ? [stripPort(wire.host), stripPort(wire.sni)] : [];
  });
  return [...new Set(names)].filter((name) => /^[!-~]+$/.test(name));
}
