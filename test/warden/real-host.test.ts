import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsError, type Host } from '../../lib/warden/host';
import { identify } from '../../lib/warden/machine';
import { parameterStore } from '../../lib/warden/parameters';
import { NOTHING, pass } from '../../lib/warden/pass';
import type { Slot } from '../../lib/warden/paths';
import { realHost } from '../../lib/warden/real-host';
import { temporary } from '../support/temporary';
import { makeAuthority } from './support/authority';
import { FakeSystemsManager, type Loopback, MODIFIED, serve } from './support/fake-aws';
import { BOX, boxManifest, RELEASE } from './support/fake-box';
import { bundleText, PREFIX, READ_PARAMETER, sha256, variant, WRITE_PARAMETER } from './support/policy';
import { program, put } from './support/temporary';

/** A fixture that holds systemd's part: whether iron-proxy runs, for the servers to act on. */
const SYSTEMCTL = `echo "$*" >>"$0.calls"
unit=\${@: -1}
case "$1" in
  is-active) [[ -f $0.$unit ]] ;;
  stop) rm -f "$0.$unit" ;;
  *) rm -f "$0.$unit"; [[ -f $0.refuses && $unit == iron-proxy* ]] || touch "$0.$unit" ;;
esac`;
/** `aws s3 cp … s3://bucket/key file` against the S3 that AWS_ENDPOINT_URL_S3 names. */
const AWS = `source="\${@: -2:1}"
curl --silent --fail --output "\${@: -1}" "$AWS_ENDPOINT_URL_S3/\${source#s3://}" ||
  { echo "fatal error: An error occurred (AccessDenied) when calling the GetObject operation" >&2; exit 1; }`;

const servers: Loopback[] = [];
const environment = { ...process.env };
let root: string;
let host: Host;
let release = RELEASE;
const ssm = new FakeSystemsManager();
const objects = new Map<string, string | Buffer>();
let gate: NodeJS.Timeout | undefined;

const common = () => ({
  root,
  region: 'us-east-1',
  parameters: parameterStore('us-east-1'),
  putObject: async () => undefined,
});

beforeEach(async () => {
  root = temporary();
  const [user, group] = [process.getuid?.(), process.getgid?.()];
  put(root, 'etc/passwd', `iron-proxy:x:${user}:${group}::/:/usr/sbin/nologin\n`);
  put(root, 'etc/group', `iron-proxy:x:${group}:\nairlock-gate:x:${group}:\n`);
  const places =
    'etc/airlock-front etc/airlock-gate etc/iron-proxy run/airlock-gate var/log/airlock-gate opt/iron-proxy opt/airlock/warden var/lib/airlock var/log/airlock var/log/iron-proxy';
  for (const path of `${places} run/airlock`.split(' ')) mkdirSync(join(root, path), { recursive: true });
  program(root, 'systemctl', SYSTEMCTL);
  for (const name of ['haproxy', 'dnsmasq']) program(root, name, '#!/bin/sh\n');
  gate = setInterval(signOfLife, 50);
  program(root, 'aws', AWS);
  const health = (slot: Slot) => serve(() => ({ status: runs(slot) ? 200 : 503, text: '' }));
  const [a, b] = [await health('a'), await health('b')];
  const systems = await serve(ssm.answer);
  const s3 = await serve((request) => {
    const found = objects.get(request.url as string);
    return found === undefined ? { status: 403, text: '' } : { status: 200, text: found };
  });
  servers.push(a, b, systems, s3);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: systems.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ACCESS_KEY_ID: 'example',
    AWS_SECRET_ACCESS_KEY: 'example',
  });
  host = realHost({
    ...common(),
    searchPath: `${root}/bin:/usr/bin:/bin`,
    ports: new Map([
      [9090, a.port],
      [9091, b.port],
    ]),
    // What stands for the release page speaks plain HTTP here; the check of the scheme comes before.
    fetch: (input, init) => fetch(String(input).replace('https://downloads.example.com', s3.url), init),
  });
  const { certificate, key } = await makeAuthority('one');
  ssm.parameters.clear();
  ssm.decrypted.length = 0;
  ssm.parameters.set(`${PREFIX}ca/certificate`, { value: certificate, version: 2 });
  ssm.parameters.set(`${PREFIX}ca/private-key`, { value: key, version: 2, secret: true });
  ssm.parameters.set(READ_PARAMETER, { value: 'never-asked-for', version: 2, secret: true });
  ssm.parameters.set(WRITE_PARAMETER, { value: 'never-asked-for', version: 1, secret: true });
  const archive = makeArchive('#!/bin/sh\necho 0.50.0\n');
  objects.clear();
  objects.set('/iron-proxy.tar.gz', archive);
  release = { ...RELEASE, sha256: sha256(archive) };
  deploy(bundleText());
  ssm.fault = undefined;
});

/** A gate that reads its policy at once. */
function signOfLife(): void {
  const path = join(root, 'etc/airlock-gate/policy.json');
  const policy = existsSync(path) ? sha256(readFileSync(path)) : undefined;
  const state = { time: Date.now(), warden: BOX.warden, policy };
  writeFileSync(join(root, 'run/airlock-gate/state.json'), JSON.stringify(state));
}

afterEach(async () => {
  clearInterval(gate);
  await Promise.all(servers.splice(0).map((server) => server.close()));
  process.env = { ...environment };
});

/** @param link Put a symbolic link in the archive instead of the program. */
function makeArchive(binary: string, link?: string): Buffer {
  const directory = temporary();
  if (link === undefined) put(directory, 'iron-proxy', binary, 0o755);
  else symlinkSync(link, join(directory, 'iron-proxy'));
  spawnSync('tar', ['-czf', 'archive.tar.gz', 'iron-proxy'], { cwd: directory });
  return readFileSync(join(directory, 'archive.tar.gz'));
}

/** Twelve parts, more than one call may ask for. */
function deploy(text: string, overrides: object = {}): void {
  const size = Math.ceil(text.length / 12);
  const names = Array.from({ length: 12 }, (_, index) => `${PREFIX}policy/${index + 1}`);
  for (const [index, name] of names.entries()) {
    ssm.parameters.set(name, { value: text.slice(index * size, (index + 1) * size), version: 1 });
  }
  const value = boxManifest(text, names, { ironProxy: release, ...overrides });
  ssm.parameters.set(BOX.parameter, { value, version: 1 });
}

const policy = (slot: Slot) => readFileSync(join(root, `etc/iron-proxy/${slot}.yaml`), 'utf8');
const runs = (slot: Slot) => existsSync(join(root, `bin/systemctl.iron-proxy@${slot}.service`));
const mode = (path: string) => (statSync(join(root, path)).mode & 0o777).toString(8);

describe('warden on real files, processes and sockets', () => {
  test('brings a new box into service, changes its policy, and survives a refusal', async () => {
    const first = await pass(host, BOX, NOTHING);
    expect(first.health).toEqual({ healthy: true, reasons: [] });
    expect(first.facts.unset).toEqual(['github-write-pat']);
    expect(policy('a')).not.toContain('PATCH');
    expect(ssm.decrypted).toEqual([`${PREFIX}ca/private-key`]);
    const modes = ['a.yaml', 'ca.key', 'environment'].map((name) => mode(`etc/iron-proxy/${name}`));
    expect(modes).toEqual(['640', '640', '600']);
    const everything = spawnSync('grep', ['-rl', 'never-asked-for', root], { encoding: 'utf8' });
    expect(everything.stdout).toBe('');

    deploy(variant('/new'));
    const second = await pass(host, BOX, first.memory);
    expect(second.health.healthy).toBe(true);
    const good = policy('b');
    expect(good).toContain('/new');
    expect(readFileSync(join(root, 'etc/airlock-front/front.cfg'), 'utf8')).toContain('127.0.0.1:8444');

    put(root, 'bin/systemctl.refuses', '');
    put(root, 'var/log/iron-proxy/audit.log', 'error: no such thing\n');
    deploy(variant('/worse'));
    const third = await pass(host, BOX, second.memory);
    expect(third.health.reasons).toEqual([{ code: 'policy-refused', detail: 'error: no such thing' }]);
    expect([policy('b'), runs('b')]).toEqual([good, true]);
  });

  test('names a denial by its word and leaves everything as it is', async () => {
    const first = await pass(host, BOX, NOTHING);
    ssm.fault = 'AccessDeniedException';
    const second = await pass(host, BOX, first.memory);
    expect(second.health.reasons).toEqual([
      { code: 'aws-unreadable', detail: 'GetParameters: AccessDeniedException' },
    ]);
    expect(runs('a')).toBe(true);
  });

  test('fails as a call to AWS when nobody answers', async () => {
    await servers[2]?.close();
    await expect(host.getParameters([BOX.parameter], false)).rejects.toThrow(AwsError);
  });

  test('a link in the archive instead of a program is not followed', async () => {
    const target = put(root, 'target', 'x', 0o600);
    const archive = makeArchive('', target);
    objects.set('/iron-proxy.tar.gz', archive);
    deploy(bundleText(), { ironProxy: { ...release, sha256: sha256(archive) } });
    const { health } = await pass(host, BOX, NOTHING);
    expect(health.reasons[0]).toMatchObject({
      code: 'iron-proxy-unavailable',
      detail: expect.stringContaining('plain file'),
    });
    expect(mode('target')).toBe('600');
    expect(runs('a')).toBe(false);
  });

  test('fetches a newer warden and leaves the switch to the upgrade unit', async () => {
    objects.set('/assets/warden.cjs', 'two');
    deploy(bundleText(), { warden: { bucket: 'assets', key: 'warden.cjs', sha256: sha256('two') } });
    await pass(host, BOX, NOTHING);
    expect(readFileSync(join(root, `opt/airlock/warden/${sha256('two')}/warden.cjs`), 'utf8')).toBe('two');
    expect(readFileSync(join(root, 'bin/systemctl.calls'), 'utf8')).toContain(
      'start --no-block airlock-upgrade.service',
    );
    await expect(host.getObject('assets', 'other', join(root, 'x'))).rejects.toEqual(
      new AwsError('GetObject', 'AccessDenied'),
    );
  });
});

describe('files', () => {
  test('a link where a file should be is neither read, followed nor written through', async () => {
    const target = put(root, 'target', 'precious');
    const link = join(root, 'etc/iron-proxy/a.yaml');
    symlinkSync(target, link);
    await expect(host.read(link)).rejects.toMatchObject({ code: 'ELOOP' });
    await expect(host.append(link, 'x', { mode: 0o640 })).rejects.toMatchObject({ code: 'ELOOP' });
    await host.write(link, 'ours', { mode: 0o640, group: 'iron-proxy' });
    expect([readFileSync(target, 'utf8'), readFileSync(link, 'utf8')]).toEqual(['precious', 'ours']);
  });

  test('a write that fails leaves the old text and nothing beside it', async () => {
    const path = join(root, 'etc/iron-proxy/a.yaml');
    await host.write(path, 'old', { mode: 0o640 });
    await expect(host.write(path, 'new', { mode: 0o640, group: 'nobody-here' })).rejects.toThrow(
      /nobody-here/,
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(await host.list(join(root, 'etc/iron-proxy'))).toEqual(['a.yaml']);
  });

  test('the head of a file is given back to the disk while its length stays', async () => {
    const path = join(root, 'var/log/iron-proxy/audit.log');
    writeFileSync(path, Buffer.alloc(4 * 1024 ** 2, 'x'));
    const before = await host.size(path);
    await host.run({
      file: 'fallocate',
      arguments: ['--punch-hole', '--offset', '0', '--length', String(3 * 1024 ** 2), path],
      timeoutSeconds: 60,
    });
    const after = await host.size(path);
    expect(after?.length).toBe(before?.length);
    expect(after?.allocated).toBeLessThan((before?.allocated as number) / 2);
    expect(await host.tail(path, 3)).toBe('xxx');
  });
});

describe('downloads', () => {
  test.each([
    ['plain HTTP', 'http://downloads.example.com/x', /only https/],
    ['a redirect to plain HTTP', 'https://downloads.example.com/away', /only https/],
    ['a redirect without end', 'https://downloads.example.com/loop', /redirects/],
    ['nothing there', 'https://downloads.example.com/none', /status 403/],
  ])('refuse %s, and never quote a query', async (_, url, words) => {
    const turn = await serve((request) => {
      const away = { location: 'http://192.0.2.1/x?signature=precious' };
      const loop = { location: 'https://downloads.example.com/loop?signature=precious' };
      if (request.url === '/away') return { status: 302, text: '', headers: away };
      return request.url?.startsWith('/loop')
        ? { status: 302, text: '', headers: loop }
        : { status: 403, text: '' };
    });
    servers.push(turn);
    const here = realHost({
      ...common(),
      searchPath: '/usr/bin:/bin',
      fetch: (input, init) => fetch(String(input).replace('https://downloads.example.com', turn.url), init),
    });
    const failed = await here.download(url, join(root, 'file')).catch((error: Error) => error.message);
    expect(failed).toMatch(words);
    expect(failed).not.toContain('precious');
  });
});

describe('instance metadata', () => {
  test('is read with a token, and believed only when it looks right', async () => {
    const paths: Record<string, string> = { region: 'us-east-1', 'local-ipv4': '10.64.1.10' };
    const imds = await serve((request) => {
      if (request.method === 'PUT') return { status: 200, text: 'token' };
      if (request.headers['x-aws-ec2-metadata-token'] !== 'token') return { status: 401, text: '' };
      return { status: 200, text: paths[request.url?.split('/').at(-1) as string] ?? '' };
    });
    servers.push(imds);
    expect(await identify(imds.url)).toEqual({ region: 'us-east-1', address: '10.64.1.10' });
    paths.region = 'us-east-1\nX=y';
    await expect(identify(imds.url)).rejects.toThrow(/region/);
  });
});

test('an answer of Parameter Store has AWS’s date, and the history has who wrote a version', async () => {
  const name = `${PREFIX}grants/release-delete`;
  ssm.parameters.set(name, { value: 'x', version: 60 });
  ssm.authors.set(
    name,
    Array.from({ length: 60 }, (_, index) => `arn:${index + 1}`),
  );
  const before = Math.floor(Date.now() / 1000) * 1000;
  const { date, parameters } = await host.getParameters([name], false);
  expect(parameters).toEqual([{ name, value: 'x', version: 60, modified: MODIFIED }]);
  expect(date).toBeGreaterThanOrEqual(before);
  expect(date).toBeLessThanOrEqual(Date.now());
  const history = await host.parameterHistory(name);
  expect([history.length, history.at(-1)]).toEqual([
    60,
    { version: 60, author: 'arn:60', value: '', modified: undefined },
  ]);
  ssm.fault = 'AccessDeniedException';
  await expect(host.parameterHistory(name)).rejects.toThrow('GetParameterHistory: AccessDeniedException');
});

test('a parameter that is there gets another value', async () => {
  const name = `${PREFIX}model-spend`;
  ssm.parameters.set(name, { value: '[]', version: 1 });
  await host.putParameter(name, '[1]');
  expect(ssm.parameters.get(name)).toEqual({ value: '[1]', version: 2 });
  ssm.fault = 'AccessDeniedException';
  await expect(host.putParameter(name, '[2]')).rejects.toThrow('PutParameter: AccessDeniedException');
});

test('the monotonic clock is the same in another process', async () => {
  const program = 'console.log(String(process.hrtime.bigint() / 1000000n))';
  const [before, other] = [host.monotonic(), Number(spawnSync(process.execPath, ['-e', program]).stdout)];
  expect(other).toBeGreaterThanOrEqual(before);
  expect(other).toBeLessThanOrEqual(host.monotonic());
});
