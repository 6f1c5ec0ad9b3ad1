/** The official image may lack curl: what the machine fetches before it has a package of its own. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { agentUserData } from '../../constructs/agent-host/user-data';
import { listening } from '../support/listening';
import { Machine, settingsFor, sound } from './machine';

const TOOLS = ['sh', 'bash', 'cat', 'grep', 'tail', 'sha512sum', 'mkdir', 'tar', 'gzip', 'rm'];
const TOKEN = 'QUFBQUFBQUFBQUFBQUFBQQ==';
/** As EC2 Instance Connect hands a key out: lines about it, the key, its signature, an empty line. */
const key = (text: string) =>
  `#Timestamp=2147483647\n#Instance=i-0aaaaaaaaaaaaaaaa\n#Caller=arn:aws:iam::111122223333:user/u\n#Request=r\n${text}\nc3NoLXNpZ25hdHVyZSBzc2gt\nAAAAssh-\n\n`;

let machine: Machine;
let server: Server;
let address: string;
let answer: (request: IncomingMessage) => { status: number; body: Buffer | string };
beforeEach(async () => {
  machine = new Machine();
  mkdirSync(machine.at('few'));
  for (const tool of TOOLS) {
    const found = ['/usr/bin', '/bin'].map((place) => join(place, tool)).find((path) => existsSync(path));
    if (found) symlinkSync(found, join(machine.root, 'few', tool));
  }
  server = createServer((request, response) => {
    const { status, body } = answer(request);
    response.writeHead(status).end(body);
  });
  address = `127.0.0.1:${await listening(server)}`;
});
afterEach(async () => {
  machine.remove();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** With a PATH in which there is no curl. */
function run(file: string, words: readonly string[]): Promise<{ status: number; output: string }> {
  const env = { PATH: machine.at('few'), AIRLOCK_ROOT: machine.root };
  return new Promise((done) =>
    execFile(file, words, { env, encoding: 'utf8', cwd: machine.root }, (error, stdout, stderr) =>
      done({ status: error ? Number(error.code ?? -1) : 0, output: `${stdout}${error ? stderr : ''}` }),
    ),
  );
}

describe('sshd asks for the keys that were pushed', () => {
  const keys = (user: string) => {
    machine.configure();
    const script = machine
      .read('/usr/lib/airlock/keys')
      .replace('169.254.169.254/80', address.replace(':', '/'));
    expect(script).toContain(address.replace(':', '/'));
    machine.write('/keys', script);
    return run('/bin/bash', [machine.at('keys'), user]);
  };
  const metadata = (pages: Record<string, string>) => {
    answer = ({ method, url = '', headers }) => {
      if (method === 'PUT' && url === '/latest/api/token') {
        return headers['x-aws-ec2-metadata-token-ttl-seconds'] === '9'
          ? { status: 200, body: TOKEN }
          : { status: 400, body: '' };
      }
      if (headers['x-aws-ec2-metadata-token'] !== TOKEN) return { status: 401, body: 'ssh-rsa unauthorized' };
      const page = pages[url.replace('/latest/meta-data/managed-ssh-keys/active-keys/', '')];
      return page === undefined
        ? { status: 404, body: '<title>404 - Not Found</title>' }
        : { status: 200, body: page };
    };
  };

  test('and gets each of them, and nothing of what stands around them', async () => {
    metadata({ admin: key('ssh-ed25519 AAAAC3 one') + key('ssh-rsa AAAAB3 two') });
    expect(await keys('admin')).toEqual({
      status: 0,
      output: 'ssh-ed25519 AAAAC3 one\nssh-rsa AAAAB3 two\n',
    });
  });

  test('and gets none for a user that has none', async () => {
    metadata({ admin: key('ssh-ed25519 AAAAC3 one') });
    expect(await keys('agent')).toEqual({ status: 0, output: '' });
  });

  test('and gets none when nobody answers', async () => {
    const { port } = server.address() as AddressInfo;
    await new Promise((closed) => server.close(closed));
    expect((await keys('admin')).output).not.toMatch(/^ssh-/m);
    await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  });
});

const withApt = existsSync('/usr/lib/apt/apt-helper') ? test : test.skip;
withApt('an installation gets its tarball, and no other, through apt', async () => {
  machine.boot(agentUserData(sound({ runtime: 'custom', runtimeSettings: settingsFor('custom') })));
  const settings = machine.read('/etc/airlock/agent.env');
  machine.write('/etc/airlock/agent.env', settings.replace('https://npm.example.com', `http://${address}`));
  machine.write('/package/program', 'the program\n');
  machine.run(['tar', '-czf', machine.at('tarball'), '-C', machine.root, 'package']);
  const tarball = readFileSync(machine.at('tarball'));
  const sha512 = createHash('sha512').update(tarball).digest('hex');
  const get = (digest: string) =>
    run('/bin/sh', ['-c', `. "$AIRLOCK_ROOT/usr/lib/airlock/fetch"; get tool/-/tool-1.tgz ${digest} out`]);

  answer = ({ url }) =>
    url === '/tool/-/tool-1.tgz' ? { status: 200, body: tarball } : { status: 404, body: '' };
  expect(await get(sha512)).toEqual({ status: 0, output: '' });
  expect(machine.read('/out/program')).toBe('the program\n');

  expect((await get('0'.repeat(128))).output).toContain('tool-1.tgz is not what is pinned');
  answer = () => ({ status: 404, body: '' });
  expect((await get(sha512)).status).not.toBe(0);
});
