import { type ChildProcess, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificateAuthority } from '../../../constructs/provider/resources/agent-secrets/certificate-authority';
import type { Agent, Airlock } from '../../../lib/config/model';
import { compilePolicy } from '../../../lib/policy';
import { readBundle } from '../../../lib/policy/document/read';
import type { ProxyConfig } from '../../../lib/policy/document/schema';
import { dnsConfig } from '../../../lib/warden/front-files';
import { renderConfig } from '../../../lib/warden/render';
import { withoutGate } from '../../proxy/plan/variants';
import { Authority } from '../../proxy/programs/internet/authority';
import {
  DIRECTIVE,
  PLANTED,
  type ProxyRequest,
  RUNTIME_CHECKS,
  type RuntimeCheck,
  type Seen,
  type TelegramMessage,
} from '..';
import { firstLine, inNamespace } from './child';
import {
  cell,
  HOSTS,
  MODELS_ADDRESS,
  PROXY,
  REAL_KEY,
  REAL_TOKEN,
  TELEGRAM_ADDRESS,
  TELEGRAM_HOST,
} from './settings';
import { Telegram } from './telegram';

const ROOT = join(__dirname, '..', '..', '..');
const MODEL_PORT = 9443;
const TELEGRAM_PORT = 9444;
/** Ports 80 and 443, of which iron-proxy and the stand-in each write a line. */
const LISTENERS = 2;
/** Leads what the proxy box dials to the stand-ins for the models and Telegram. */
const UPSTREAM = `table ip upstream {
  chain output {
    type nat hook output priority -100
    ip daddr ${MODELS_ADDRESS} tcp dport 443 redirect to :${MODEL_PORT}
    ip daddr ${TELEGRAM_ADDRESS} tcp dport 443 redirect to :${TELEGRAM_PORT}
  }
}`;
const IRON_PROXY = process.env.AIRLOCK_IRON_PROXY;
/** Environment variables in place of the parameters; other tests cover Parameter Store. */
const KEY_VARIABLE = 'MODEL_KEY';
const TOKEN_VARIABLE = 'BOT_TOKEN';

/** All messages to the agents, which are searched for in requests to the models. */
const MESSAGES = new Set(
  Object.values<readonly RuntimeCheck[]>(RUNTIME_CHECKS)
    .flat()
    .flatMap(({ messages = [] }) => messages.map(({ text }) => text)),
);

/**
 * iron-proxy, if AIRLOCK_IRON_PROXY names its file, else the stand-in for it (lab/proxy/stand-in), with the kit's policy. Behind
 * it are stand-ins for the models and Telegram.
 */
export class ProxyBox {
  /** The box's certificate authority, PEM. */
  ca = '';
  private readonly requests: ProxyRequest[] = [];
  private readonly children: ChildProcess[] = [];
  private readonly log: string;
  private readonly telegram: Telegram;

  constructor(
    private readonly namespace: string,
    private readonly folder: string,
  ) {
    this.log = join(folder, 'model.log');
    this.telegram = new Telegram(namespace, join(folder, 'telegram.log'));
  }

  async open(): Promise<void> {
    if (IRON_PROXY === undefined)
      execFileSync('go', ['build', '-o', this.file('stand-in'), '.'], {
        cwd: join(ROOT, 'lab', 'proxy', 'stand-in'),
      });
    const authority = await makeCertificateAuthority('Airlock runtimes', new Date());
    this.ca = authority.certificate;
    writeFileSync(this.file('ca.crt'), authority.certificate);
    writeFileSync(this.file('ca.key'), authority.privateKey, { mode: 0o600 });
    const internet = await Authority.make();
    const { cert, key } = await internet.pairFor(...HOSTS);
    writeFileSync(this.file('internet.crt'), internet.certificate);
    writeFileSync(this.file('model.crt'), cert);
    writeFileSync(this.file('model.key'), key, { mode: 0o600 });
    await this.startModel();
    await this.telegram.open(TELEGRAM_PORT, this.file('model.crt'), this.file('model.key'));
    await this.startProxy();
    this.start(process.execPath, [join(ROOT, 'dist', 'assets', 'warden.cjs'), 'connect'], {});
    writeFileSync(this.file('dns.conf'), dnsConfig(PROXY));
    const words = [
      '--keep-in-foreground',
      '--pid-file',
      '--user=root',
      `--conf-file=${this.file('dns.conf')}`,
    ];
    await firstLine(this.start('dnsmasq', words, {}), 'stderr', (line) => line.includes('started'));
  }

  close(): void {
    this.telegram.close();
    for (const child of this.children) child.kill('SIGKILL');
  }

  /** Forgets earlier requests, and sets the messages for the bot. */
  async begin(messages: readonly TelegramMessage[]): Promise<void> {
    await this.telegram.load(messages);
    this.take();
  }

  /** Requests since the last call. */
  take(): Pick<Seen, 'proxy' | 'model' | 'telegram'> {
    const lines = readFileSync(this.log, 'utf8').split('\n').filter(Boolean);
    writeFileSync(this.log, '');
    return {
      proxy: this.requests.splice(0),
      model: lines.map((line) => JSON.parse(line)),
      telegram: this.telegram.take(),
    };
  }

  private async startModel(): Promise<void> {
    const sha256 = createHash('sha256').update(REAL_KEY).digest('hex');
    const words = [
      join(ROOT, 'lab', 'runtimes', 'programs', 'model-api.mjs'),
      ...['--log', this.log, '--port', String(MODEL_PORT), '--key-sha256', sha256],
      ...['--cert', this.file('model.crt'), '--key', this.file('model.key')],
      ...[DIRECTIVE, PLANTED, ...MESSAGES].flatMap((text) => ['--find', text]),
    ];
    const child = this.start(process.execPath, words, {});
    await firstLine(child, 'stdout', (line) => line.startsWith('listening '));
  }

  private async startProxy(): Promise<void> {
    const { agent, airlock } = cell();
    const compiled = withoutGate(policyOf(agent, airlock));
    const transforms = compiled.transforms.map((transform) =>
      transform.name === 'secrets'
        ? {
            ...transform,
            config: {
              secrets: transform.config.secrets.map((secret) => ({
                ...secret,
                source: { type: 'env', var: 'replace' in secret ? TOKEN_VARIABLE : KEY_VARIABLE },
              })),
            },
          }
        : transform,
    );
    const placed = {
      ...compiled,
      proxy: {
        ...compiled.proxy,
        http_listen: `${PROXY}:80`,
        https_listen: ':443',
      },
      tls: { mode: 'mitm', ca_cert: this.file('ca.crt'), ca_key: this.file('ca.key') },
      transforms,
    };
    writeFileSync(this.file('policy.yaml'), renderConfig(placed as unknown as ProxyConfig));
    const address = (host: string) => (host === TELEGRAM_HOST ? TELEGRAM_ADDRESS : MODELS_ADDRESS);
    writeFileSync(this.file('hosts'), HOSTS.map((host) => `${address(host)} ${host}\n`).join(''));
    const own = (...words: string[]) => execFileSync('ip', ['netns', 'exec', this.namespace, ...words]);
    for (const each of [MODELS_ADDRESS, TELEGRAM_ADDRESS]) own('ip', 'addr', 'add', each, 'dev', 'lo');
    own('nft', UPSTREAM);
    const program = IRON_PROXY ?? this.file('stand-in');
    // `ip netns exec` gives the program mounts of its own.
    const named = ['-c', 'mount --bind "$0" /etc/hosts && exec "$@"', this.file('hosts'), program];
    const child = this.start('sh', [...named, '-config', this.file('policy.yaml')], {
      SSL_CERT_FILE: this.file('internet.crt'),
      [KEY_VARIABLE]: REAL_KEY,
      [TOKEN_VARIABLE]: REAL_TOKEN,
    });
    let listening = 0;
    await firstLine(child, 'stderr', (line) => {
      if (!line.startsWith('{')) return false;
      const entry = JSON.parse(line);
      if (entry.msg === 'request') this.requests.push(entry.audit);
      if (/^(listening|https? proxy starting)$/.test(entry.msg) && /:(80|443)$/.test(entry.addr))
        listening += 1;
      return listening === LISTENERS;
    });
  }

  private start(program: string, words: readonly string[], env: Record<string, string>): ChildProcess {
    const child = inNamespace(this.namespace, program, words, env);
    this.children.push(child);
    return child;
  }

  private file(name: string): string {
    return join(this.folder, name);
  }
}

/** iron-proxy's configuration as warden reads it on a proxy box. */
function policyOf(agent: Agent, airlock: Airlock): ProxyConfig {
  const read = readBundle(compilePolicy(airlock, agent).text, agent.name, `/${airlock.name}/${agent.name}/`);
  if (!read.ok) throw new Error(read.problem);
  return read.bundle.config;
}
