import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeCertificateAuthority } from '../../../constructs/secrets/provider/certificate-authority';
import { DIRECTIVE, type DoorRequest, type ModelRequest, PLANTED } from '../../../lib/lab/runtimes';
import type { ProxyConfig } from '../../../lib/warden/proxy-config';
import { renderConfig } from '../../../lib/warden/render';
import { configuration } from '../../policy/support';
import { certificatesFor } from '../stand-in/certificates';
import { cell, DOOR, HOSTS, REAL_KEY } from './settings';

const ROOT = join(__dirname, '..', '..', '..');
const MODEL_PORT = 9443;
/** dns, http, https, tunnel, metrics, management. */
const LISTENERS = 6;
/** In the environment of the door's process, in place of the parameter: what reads Parameter Store has tests of its own. */
const KEY_VARIABLE = 'MODEL_KEY';

/** The stand-in for iron-proxy (lab/stand-in) with the kit's policy, and behind it the stand-in for the models. */
export class Door {
  /** The box's certificate authority, PEM. */
  ca = '';
  private readonly requests: DoorRequest[] = [];
  private readonly children: ChildProcess[] = [];
  private readonly log: string;

  constructor(
    private readonly namespace: string,
    private readonly folder: string,
  ) {
    this.log = join(folder, 'model.log');
  }

  async open(): Promise<void> {
    execFileSync('go', ['build', '-o', this.file('stand-in'), '.'], { cwd: join(ROOT, 'lab', 'stand-in') });
    const authority = await makeCertificateAuthority('Airlock runtimes', new Date());
    this.ca = authority.certificate;
    writeFileSync(this.file('ca.crt'), authority.certificate);
    writeFileSync(this.file('ca.key'), authority.privateKey, { mode: 0o600 });
    const internet = await certificatesFor(HOSTS);
    writeFileSync(this.file('internet.crt'), internet.authority.certificate);
    writeFileSync(this.file('model.crt'), internet.cert);
    writeFileSync(this.file('model.key'), internet.key, { mode: 0o600 });
    await this.startModel();
    await this.startProxy();
  }

  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }

  /** What came since the last time. */
  take(): { readonly door: readonly DoorRequest[]; readonly model: readonly ModelRequest[] } {
    const lines = readFileSync(this.log, 'utf8').split('\n').filter(Boolean);
    writeFileSync(this.log, '');
    return { door: this.requests.splice(0), model: lines.map((line) => JSON.parse(line)) };
  }

  private async startModel(): Promise<void> {
    const sha256 = createHash('sha256').update(REAL_KEY).digest('hex');
    const words = [
      join(ROOT, 'lab', 'model-api.mjs'),
      ...['--log', this.log, '--port', String(MODEL_PORT), '--key-sha256', sha256],
      ...['--cert', this.file('model.crt'), '--key', this.file('model.key')],
      ...['--find', DIRECTIVE, '--find', PLANTED],
    ];
    const child = this.start(process.execPath, words, {});
    await firstLine(child, 'stdout', (line) => line.startsWith('listening '));
  }

  private async startProxy(): Promise<void> {
    const { agent, airlock } = cell();
    const compiled = configuration(agent, airlock) as unknown as ProxyConfig;
    const transforms = compiled.transforms.map((transform) =>
      transform.name === 'secrets'
        ? {
            ...transform,
            config: {
              secrets: transform.config.secrets.map((secret) => ({
                ...secret,
                source: { type: 'env', var: KEY_VARIABLE },
              })),
            },
          }
        : transform,
    );
    const placed = {
      ...compiled,
      dns: { ...compiled.dns, listen: `${DOOR}:53` },
      proxy: {
        ...compiled.proxy,
        http_listen: `${DOOR}:80`,
        https_listen: `${DOOR}:443`,
        tunnel_listen: `${DOOR}:8080`,
      },
      tls: { mode: 'mitm', ca_cert: this.file('ca.crt'), ca_key: this.file('ca.key') },
      transforms,
    };
    writeFileSync(this.file('policy.yaml'), renderConfig(placed as unknown as ProxyConfig));
    const child = this.start(this.file('stand-in'), ['-config', this.file('policy.yaml')], {
      IRON_DNS_PROXY_IP: DOOR,
      IRON_MANAGEMENT_API_KEY: 'placeholder',
      STAND_IN_DIAL: `*=127.0.0.1:${MODEL_PORT}`,
      SSL_CERT_FILE: this.file('internet.crt'),
      [KEY_VARIABLE]: REAL_KEY,
    });
    let listening = 0;
    await firstLine(child, 'stderr', (line) => {
      if (!line.startsWith('{')) return false;
      const entry = JSON.parse(line);
      if (entry.msg === 'request') this.requests.push(entry.audit);
      if (entry.msg === 'listening') listening += 1;
      return listening === LISTENERS;
    });
  }

  private start(program: string, words: readonly string[], env: Record<string, string>): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', this.namespace, program, ...words], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.children.push(child);
    return child;
  }

  private file(name: string): string {
    return join(this.folder, name);
  }
}

/** Waits for a line; it goes on reading them all. */
function firstLine(
  child: ChildProcess,
  stream: 'stdout' | 'stderr',
  isIt: (line: string) => boolean,
): Promise<void> {
  const said: string[] = [];
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${child.spawnargs.join(' ')} ended: ${said.join('\n')}`)));
    for (const each of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[each] as NodeJS.ReadableStream }).on('line', (line) => {
        if (said.length < 50) said.push(line);
        if (each === stream && isIt(line)) resolve();
      });
    }
  });
}
