import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { agentFiles } from '../../../constructs/agent-host/boot/agent-files';
import { bootPlan } from '../../../constructs/agent-host/boot/boot-plan';
import type { AgentUserDataProps } from '../../../constructs/agent-host/user-data';
import type { Edit, ProvenRuntime, RuntimeCheck, Seen } from '..';
import type { ProxyBox } from './proxy-box';
import { directoryOf } from './ready';
import { PROXY, REAL_KEY, REAL_TOKEN, userDataProps } from './settings';

/** The agent's user, as in boot/start.sh. */
const UID = 2000;
const BUNDLE = '/etc/ssl/certs/ca-certificates.crt';
const HOME = '/var/lib/agent';
const OUTPUT_BYTES = 4 * 1024 * 1024;

/**
 * Runs a check on a machine with the kit's files: own mounts, own processes, the agent's network, and a temporary home.
 * There is no systemd, so no unit runs; the agent has no privileges, as in its confined unit.
 */
export async function runCheck(
  runtime: ProvenRuntime,
  check: Pick<RuntimeCheck, 'script' | 'seconds' | 'messages'>,
  edits: readonly Edit[],
  proxy: ProxyBox,
  namespace: string,
  folder: string,
): Promise<Seen> {
  const root = mkdtempSync(join(folder, 'machine-'));
  try {
    writeFiles(root, userDataProps(runtime, proxy.ca, check.messages && ['telegram']), edits);
    await proxy.begin(check.messages ?? []);
    const { code, output, leaks } = await runScript(root, runtime, check, namespace);
    return { ...proxy.take(), code, output, leaks, real: startOf(REAL_KEY), token: startOf(REAL_TOKEN) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The kit's files for a runtime, and the unit settings that mount some of them into the agent's home. */
const KEPT =
  /^\/etc\/(airlock|claude-code|codex|hermes)\/|^\/opt\/agent\/run$|(held\.conf|airlock-transcripts\.service)$/;

/** The part of a credential's SHA-256 that is in the logs of the stand-ins. */
function startOf(credential: string): string {
  return createHash('sha256').update(credential).digest('hex').slice(0, 12);
}

/** Writes the files of the user data, with the edits, and the few system files that they need. */
function writeFiles(root: string, props: AgentUserDataProps, edits: readonly Edit[]): void {
  const { packed, rest } = agentFiles(bootPlan(props));
  const kept = new Map(
    [...packed, ...rest].filter(({ path }) => KEPT.test(path)).map((file) => [file.path, file]),
  );
  kept.set('/etc/airlock/agent.env', { path: '/etc/airlock/agent.env', text: `PROXY='${PROXY}'\n` });
  for (const { path, from, to } of edits.flatMap(chain)) {
    const file = kept.get(path);
    if (file === undefined || (from !== undefined && !file.text.includes(from))) {
      throw new Error(`the kit has no ${from ?? 'such file'} in ${path}: the edit of a check is out of date`);
    }
    if (from === undefined) kept.delete(path);
    else kept.set(path, { ...file, text: file.text.replaceAll(from, to ?? '') });
  }
  for (const { path, text, mode } of kept.values()) put(root, path, text, Number.parseInt(mode ?? '644', 8));
  for (const path of kept.keys()) {
    // As boot/runtime.sh does.
    if (!path.startsWith('/etc/airlock/')) continue;
    chownSync(join(root, path), 0, UID);
    chmodSync(join(root, path), 0o640);
  }
  put(root, BUNDLE, `${readFileSync(BUNDLE, 'utf8')}\n${props.caCertificate}`);
  put(root, '/etc/resolv.conf', `nameserver ${PROXY}\n`);
  put(root, '/etc/hosts', '127.0.0.1 localhost\n');
  put(root, '/etc/passwd', `root:x:0:0::/root:/bin/sh\nagent:x:${UID}:${UID}::${HOME}:/bin/bash\n`);
  put(root, '/etc/group', `root:x:0:\nagent:x:${UID}:\n`);
}

function chain(edit: Edit): Edit[] {
  return edit.and ? [edit, ...chain(edit.and)] : [edit];
}

function put(root: string, path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
}

const ENVIRONMENT = [
  `HOME=${HOME}`,
  'USER=agent',
  'PATH=/usr/local/bin:/usr/bin:/bin',
  // As in boot/ca.sh for /etc/environment.
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO'].map(
    (name) => `${name}=${BUNDLE}`,
  ),
].join(' ');

/** The mounts of boot/held.conf.tmpl, if this runtime has any, as boot/runtime.sh and systemd make them. */
function held(root: string): string {
  const file = join(root, '$U/agent.service.d/held.conf');
  if (!existsSync(file)) return '';
  const text = readFileSync(file, 'utf8');
  const paths = (setting: string) => new RegExp(`^${setting}=(.*)$`, 'm').exec(text)?.[1]?.split(' ') ?? [];
  return [
    ...paths('BindPaths').map(
      (at) => `install -d -m 700 -o ${UID} -g ${UID} ${at} && mount --bind ${at} ${at}`,
    ),
    ...paths('BindReadOnlyPaths').map((pair) => {
      const [from, at] = pair.split(':');
      return `touch ${at} && mount --bind ${from} ${at} && mount -o remount,bind,ro ${at}`;
    }),
    '',
  ].join('\n');
}

/** Shell for root: mounts, then the script as the agent, then a search for credentials in all files that the agent can write. */
function setup(root: string, runtime: ProvenRuntime): string {
  return `set -e
mount -t overlay overlay -o lowerdir=${root}/etc:/etc /etc
mount -t tmpfs tmpfs /opt
mkdir -p /opt/agent/current
cp ${root}/opt/agent/run /opt/agent/run
mount --bind ${directoryOf(runtime)} /opt/agent/current
mount -o remount,bind,ro /opt/agent/current
cp ${root}/script /opt/script
cp '${root}/$U/airlock-transcripts.service' /opt
mount -t tmpfs tmpfs /var/lib
mkdir -m 700 ${HOME}
chown ${UID}:${UID} ${HOME}
${held(root)}mount -t tmpfs -o mode=1777 tmpfs /tmp
# The effect of ProtectProc=invisible and ProtectSystem=strict in the confined unit.
mount -t proc -o nosuid,nodev,noexec,hidepid=invisible proc /proc
mount -o bind,ro /usr /usr
mount -o remount,bind,ro /usr
cd ${HOME}
set +e
setpriv --reuid ${UID} --regid ${UID} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \\
  env -i ${ENVIRONMENT} sh /opt/script </dev/null
code=$?
grep -rlF -f - /var/lib /tmp /etc/airlock /etc/claude-code /etc/codex /etc/hermes /opt/agent/run 2>/dev/null | sed 's/^/LEAK /'
exit $code
`;
}

function runScript(
  root: string,
  runtime: ProvenRuntime,
  check: Pick<RuntimeCheck, 'script' | 'seconds' | 'messages'>,
  namespace: string,
): Promise<Pick<Seen, 'code' | 'output' | 'leaks'>> {
  put(root, '/script', check.script);
  put(root, '/setup', setup(root, runtime));
  const isolated = [
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--mount-proc',
    '--kill-child',
    'sh',
    `${root}/setup`,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('ip', ['netns', 'exec', namespace, ...isolated], {
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      timeout: (check.seconds ?? 60) * 1000,
      killSignal: 'SIGKILL',
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        if (said.length < OUTPUT_BYTES) said += chunk;
      });
    }
    child.stdin.on('error', () => undefined);
    child.stdin.end(`${REAL_KEY}\n${REAL_TOKEN}\n`);
    child.once('error', reject);
    child.once('close', (code) => {
      const isLeak = (line: string) => line.startsWith('LEAK ');
      const lines = said.split('\n');
      resolve({
        code,
        output: lines.filter((line) => !isLeak(line)).join('\n'),
        leaks: lines.filter(isLeak).map((line) => line.slice('LEAK '.length)),
      });
    });
  });
}
