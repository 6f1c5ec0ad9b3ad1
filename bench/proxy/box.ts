import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import type { GatePolicy } from '../../lib/policy/gate/policy';
import { dayOf } from '../../lib/policy/gate/spend/sums';
import { frontConfig } from '../../lib/warden/front-files';
import { gatePolicyText } from '../../lib/warden/gate/policy-file';
import type { Way } from './client';

const HOST = 'api.example.com';
const JUDGED = 32 * 1024 * 1024;
const WARDEN = join(process.cwd(), 'dist/assets/warden.cjs');

/** The ways to the same upstream: straight, and through more and more of a proxy box. `idle` asks a gate that does nothing. */
export interface Box {
  readonly ways: Readonly<Record<'direct' | 'alone' | 'idle' | 'unsynced' | 'gated' | 'whole', Way>>;
  /** Processes of the whole way, by their names in PROXY_MEMORY. */
  readonly pids: Readonly<Record<'iron-proxy' | 'gate' | 'front' | 'connect', number>>;
  /** Logs that the whole way writes: iron-proxy's, the gate's records, the front's. */
  readonly logs: readonly string[];
  stop(): void;
}

const UPSTREAM = `
require('node:https').createServer(
  { key: require('fs').readFileSync('up.key'), cert: require('fs').readFileSync('up.crt'), keepAliveTimeout: 600000 },
  (request, response) => request.resume().on('end', () => {
    if (request.url !== '/v1/stream') return response.end('{"lab":true}\\n');
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    let events = 0;
    const next = () => response.write('data: ' + (events += 1) + '\\n\\n') && events < 10 ? setTimeout(next, 50) : response.end();
    next();
  }),
).listen(443, '127.0.0.2')`;

/** Starts upstream, front, gates and iron-proxies, each iron-proxy with ports of its own. */
export async function startBox(scratch: string, ironProxy: string): Promise<Box> {
  authority(scratch);
  const programs: ChildProcess[] = [];
  /** @param log takes what it prints */
  const start = (file: string, words: readonly string[], env: NodeJS.ProcessEnv = {}, log = '/dev/null') => {
    const to = openSync(log, 'a');
    const stdio = ['ignore', to, to] as const;
    const program = spawn(file, words, {
      cwd: scratch,
      env: { PATH: process.env.PATH, ...env },
      stdio: [...stdio],
    });
    programs.push(program);
    return program.pid ?? 0;
  };
  start(process.execPath, ['-e', UPSTREAM]);
  const gates = {
    gated: join(scratch, 'gate'),
    unsynced: `/dev/shm/airlock-bench-${process.pid}`,
    idle: join(scratch, 'idle'),
  };
  mkdirSync(join(gates.idle, 'run/airlock-gate'), { recursive: true });
  start(process.execPath, [process.argv[1] ?? '', 'idle', join(gates.idle, 'run/airlock-gate/gate.sock')]);
  const pids = { 'iron-proxy': 0, gate: 0, front: 0, connect: 0 };
  for (const root of [gates.unsynced, gates.gated]) {
    await startGate(root, (words, env) => {
      pids.gate = start(process.execPath, words, env);
    });
  }
  const logs = [
    'proxy.log',
    'gate/var/log/airlock-gate/records.log',
    'gate/var/log/airlock-front/front.log',
  ].map((name) => join(scratch, name));
  const proxies = [
    ['alone', 8443, undefined],
    ['gated', 8543, gates.gated],
    ['unsynced', 8643, gates.unsynced],
    ['idle', 8743, gates.idle],
  ] as const;
  for (const [name, port, gate] of proxies) {
    writeFileSync(join(scratch, `${name}.yaml`), ironProxyConfig(scratch, port, gate));
    const env = { SSL_CERT_FILE: join(scratch, 'ca.crt'), GOMEMLIMIT: '272MiB' };
    const pid = start(ironProxy, ['-config', `${name}.yaml`], env, name === 'gated' ? logs[0] : undefined);
    if (name === 'gated') pids['iron-proxy'] = pid;
  }
  const limits = { ...FRONT_LIMITS, connectionsPerSecond: 1000, connect: false };
  const front = frontConfig(limits, 'a').replace('127.0.0.1:8443', '127.0.0.1:8543');
  writeFileSync(join(scratch, 'front.cfg'), front.replace('bind :443', 'bind 127.0.0.1:443'));
  pids.front = start('haproxy', ['-f', 'front.cfg'], {}, logs[2]);
  pids.connect = start(
    process.execPath,
    ['--max-old-space-size=32', WARDEN, 'connect'],
    {},
    join(gates.gated, 'var/log/airlock-front/connect.log'),
  );
  const ca = readFileSync(join(scratch, 'ca.crt'), 'utf8');
  const way = (address: string, port: number): Way => ({ address, port, host: HOST, ca });
  const ways = {
    direct: way('127.0.0.2', 443),
    alone: way('127.0.0.1', 8443),
    idle: way('127.0.0.1', 8743),
    unsynced: way('127.0.0.1', 8643),
    gated: way('127.0.0.1', 8543),
    whole: way('127.0.0.1', 443),
  };
  for (const { address, port } of Object.values(ways)) await untilListening(address, port);
  return {
    ways,
    pids,
    logs,
    stop() {
      for (const program of programs) program.kill('SIGKILL');
      rmSync(gates.unsynced, { recursive: true, force: true });
    },
  };
}

/** A gate with its files below a directory. @param start runs Node.js with words and environment */
export async function startGate(
  root: string,
  start: (words: readonly string[], env: NodeJS.ProcessEnv) => void,
  policy: Partial<GatePolicy> = {},
): Promise<string> {
  for (const directory of [
    'etc/airlock-gate',
    'run/airlock-gate',
    'var/log/airlock-gate',
    'var/log/airlock-front',
  ])
    mkdirSync(join(root, directory), { recursive: true });
  const rules = [['read', 'GET'] as const, ['write', 'PATCH'] as const].map(([id, method]) => ({
    ...{ id, host: HOST, methods: [method], paths: ['/v1/*'], risk: 'low' as const },
  }));
  const bodies = { write: { limit: JUDGED, json: { body: 'text' as const }, unknown: 'refuse' as const } };
  const whole = { agent: 'bench', vpc: '10.64.0.0/20', rules, caps: {}, bodies, ...policy };
  writeFileSync(join(root, 'etc/airlock-gate/policy.json'), gatePolicyText(whole, []));
  // What warden would have reserved.
  const own = { box: '0123456789ab', day: dayOf(Date.now()), today: 1e15, earlier: 0 };
  writeFileSync(join(root, 'var/log/airlock-gate/spend-box'), own.box);
  writeFileSync(join(root, 'etc/airlock-gate/spend.json'), JSON.stringify({ own }));
  const state = join(root, 'run/airlock-gate/state.json');
  rmSync(state, { force: true });
  start(['--max-old-space-size=64', WARDEN, 'gate'], {
    ...{ AIRLOCK_ROOT: root, MALLOC_ARENA_MAX: '1' },
    ...{ MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '65536' },
  });
  for (let tries = 0; tries < 1200 && !existsSync(state); tries += 1) await pause(50);
  if (!existsSync(state)) throw new Error(`the gate below ${root} does not start`);
  return join(root, 'run/airlock-gate');
}

function ironProxyConfig(scratch: string, port: number, gate: string | undefined): string {
  const [read, write] = ['GET', 'PATCH'].map((method) => ({
    host: HOST,
    methods: [method],
    paths: ['/v1/*'],
  }));
  const target = (socket: string) => `unix://${gate}/run/airlock-gate/${socket}.sock`;
  const questions = [
    { name: 'grpc', config: { name: 'gate', target: target('gate') } },
    {
      name: 'grpc',
      config: { name: 'gate-bodies', target: target('bodies'), send_request_body: true, rules: [write] },
    },
  ];
  return JSON.stringify({
    dns: { enabled: false },
    proxy: {
      http_listen: `127.0.0.1:${port + 1}`,
      https_listen: `127.0.0.1:${port}`,
      max_request_body_bytes: JUDGED + 1,
      // The upstream of this bench has a loopback address.
      upstream_deny_cidrs: ['255.255.255.255/32'],
    },
    tls: { mode: 'mitm', ca_cert: join(scratch, 'ca.crt'), ca_key: join(scratch, 'ca.key') },
    metrics: { listen: `127.0.0.1:${port + 2}` },
    log: { level: 'info' },
    transforms: [
      ...(gate === undefined ? [] : questions),
      { name: 'allowlist', config: { rules: [read, write] } },
    ],
  });
}

function authority(scratch: string): void {
  const openssl = (...words: string[]) => execFileSync('openssl', words, { cwd: scratch, stdio: 'pipe' });
  const made = (name: string, of: string) =>
    `req -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout ${name}.key -subj /CN=${of}`.split(' ');
  openssl(...made('ca', 'bench'), '-x509', '-out', 'ca.crt', '-addext', 'keyUsage=critical,keyCertSign');
  openssl(...made('up', HOST), '-out', 'up.csr');
  writeFileSync(join(scratch, 'names'), `subjectAltName=DNS:${HOST}\n`);
  const signed = ['-req', '-in', 'up.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
  openssl('x509', ...signed, '-days', '2', '-extfile', 'names', '-out', 'up.crt');
}

async function untilListening(address: string, port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const listens = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address, () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (listens) return;
    await pause(100);
  }
  throw new Error(`nothing listens at ${address}:${port}`);
}
