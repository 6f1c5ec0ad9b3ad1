import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dnsConfig } from '../../lib/warden/front-files';
import { dnsLog } from '../../lib/warden/front-logs';
import { pathsUnder } from '../../lib/warden/paths';
import { OWN_ADDRESS } from '../support/listening';
import { until } from '../support/until';

const HAS = spawnSync('dnsmasq', ['--version']).status === 0;
if (!HAS) process.stderr.write('skipped: the DNS server is dnsmasq, and there is none here\n');

const PORT = 5300;
/** A, AAAA, TXT, NULL, HTTPS, ANY, a private type. */
const [A, TXT, ANY] = [1, 16, 255];
const OTHERS = [28, TXT, 10, 65, 12, 65_000];

(HAS ? describe : describe.skip)('the DNS server, as dnsmasq runs it,', () => {
  const folder = mkdtempSync(join(tmpdir(), 'airlock-dns-'));
  const config = join(folder, 'dns.conf');
  const log = join(folder, 'dns.log');
  let server: ChildProcess;

  beforeAll(async () => {
    writeFileSync(config, `${dnsConfig(OWN_ADDRESS)}port=${PORT}\n`);
    server = spawn('sh', [
      '-c',
      `exec dnsmasq --keep-in-foreground --pid-file --user=$(id -un) --conf-file=${config} 2>${log}`,
    ]);
    await until(() => /started/.test(read()));
  });
  afterAll(() => {
    server.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });

  const read = () => {
    try {
      return readFileSync(log, 'utf8');
    } catch {
      return '';
    }
  };

  /** Asks again after five seconds, as resolvers do: UDP may lose a question. */
  function overUdp(question: Buffer): Promise<Buffer> {
    return new Promise((resolve) => {
      const socket = createSocket('udp4');
      const send = () => socket.send(question, PORT, OWN_ADDRESS);
      const again = setInterval(send, 5_000);
      socket.once('message', (answer) => {
        clearInterval(again);
        socket.close();
        resolve(answer);
      });
      send();
    });
  }

  function overTcp(question: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const socket: Socket = connect(PORT, OWN_ADDRESS, () =>
        socket.write(Buffer.concat([Buffer.from([0, question.length]), question])),
      );
      socket.once('error', reject);
      socket.once('data', (answer) => {
        socket.destroy();
        resolve(answer.subarray(2));
      });
    });
  }

  describe.each([
    ['UDP', overUdp],
    ['TCP', overTcp],
  ])('over %s', (_, ask) => {
    test.each(['api.github.com', 'localhost', 'x'.repeat(63), '1.0.0.127.in-addr.arpa', 'version.bind'])(
      "answers A for %s with the box's own address",
      async (name) => {
        const answer = await ask(question(name, A));
        expect([code(answer), answers(answer), answer.subarray(-4).join('.')]).toEqual([0, 1, OWN_ADDRESS]);
      },
    );

    test('NET-3 answers every other type with no record, and ANY with the address', async () => {
      for (const type of OTHERS) {
        const answer = await ask(question('data.example', type));
        expect([type, code(answer), answers(answer)]).toEqual([type, 0, 0]);
      }
      expect(answers(await ask(question('data.example', ANY)))).toBe(1);
    });
  });

  test('says nothing of itself', async () => {
    expect(String(await overUdp(question('version.bind', TXT, 3)))).not.toContain('dnsmasq');
  });

  test('LOG-2 no byte of a name begins a line of its log, and each question becomes a record', async () => {
    await overUdp(question('x\n{"decision":"allow"}', A));
    await overUdp(question('seen.example', A));
    await until(() => read().includes('seen.example'));
    const { lines } = dnsLog(pathsUnder('')).frame(readFileSync(log), 0);
    const records = lines.map((line) => JSON.parse(line));
    expect(records).toContainEqual(
      expect.objectContaining({ type: 'A', name: 'seen.example', questions: 1 }),
    );
    expect(records).toContainEqual(expect.objectContaining({ type: 'A', name: '<name unprintable>' }));
    expect(read()).not.toContain('decision');
  });

  test('CAP-1 stays within its memory under a flood and 100 TCP connections', async () => {
    const held = Array.from({ length: 100 }, () => connect(PORT, OWN_ADDRESS).on('error', () => undefined));
    for (let lot = 0; lot < 20; lot += 1) {
      const names = Array.from({ length: 100 }, (_, n) => `n${n}.${lot}.example`);
      await Promise.all(names.map((name) => overUdp(question(name, A))));
    }
    expect(memoryOf(server.pid as number)).toBeLessThan(16 * 1024);
    for (const socket of held) socket.destroy();
  });

  test('CAP-1 a broken configuration is refused by the check', () => {
    const broken = join(folder, 'broken.conf');
    writeFileSync(broken, dnsConfig(OWN_ADDRESS).replace('no-resolv', 'no-resolve'));
    expect(spawnSync('dnsmasq', ['--test', `--conf-file=${config}`]).status).toBe(0);
    expect(spawnSync('dnsmasq', ['--test', `--conf-file=${broken}`]).status).toBe(1);
  });
});

/** @param name a dot divides labels */
function question(name: string, type: number, klass = 1): Buffer {
  const labels = name
    .split('.')
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const end = Buffer.from([0, type >> 8, type & 255, 0, klass]);
  return Buffer.concat([Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, end]);
}

const code = (answer: Buffer) => answer.readUInt8(3) & 15;
const answers = (answer: Buffer) => answer.readUInt16BE(6);

/** KiB that a process and its children hold of their own, shared pages once. */
function memoryOf(pid: number): number {
  const script = `for p in ${pid} $(pgrep -P ${pid}); do sed -n 's/^Pss: *\\([0-9]*\\).*/\\1/p' /proc/$p/smaps_rollup; done`;
  return spawnSync('sh', ['-c', script], { encoding: 'utf8' })
    .stdout.split('\n')
    .reduce((sum, line) => sum + Number(line), 0);
}
