import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { archiveOf } from '../../lib/canary/archive';
import { makeCanaries } from '../../lib/canary/credentials';
import { journal } from '../../lib/warden/journal';
import { pathsUnder } from '../../lib/warden/paths';
import { ScanReports } from '../../lib/warden/scan';
import { CATALOGUE } from '../../lib/watch/catalogue';
import { listening } from '../support/listening';
import { FakeBox } from '../warden/support/fake-box';
import { Machine } from './machine';

const TOKEN = `ghp_${'q7Zr2Lx9Vb4Nc8Mw1Ks6Td3Yh5Gj0PfQaEuR'}`;
const ONE = { RuleID: 'github-pat', StartLine: 2, Match: 'REDACTED', Secret: 'REDACTED' };
/** As gitleaks 8.16.0 of Debian 13 prints it, with the fields that are read. */
const RECORDED = (files: readonly string[]) => JSON.stringify(files.map((File) => ({ ...ONE, File })));

const machine = new Machine();
const canaries = makeCanaries();
let server: Server;

beforeAll(async () => {
  machine.configure({ scan: true });
  server = createServer((_, response) => response.end(archiveOf(canaries, Date.now())));
  const address = `127.0.0.1:${await listening(server)}`;
  const script = machine.read('/usr/lib/airlock/scan');
  const settings = machine.read('/etc/airlock/agent.env').replace('10.64.4.7', address);
  machine.write('/etc/airlock/agent.env', settings);
  machine.write(
    '/scan',
    script.replace("'/etc/airlock/agent.env'", `'${machine.at('etc/airlock/agent.env')}'`),
  );
  machine.write('/home/notes.txt', `\ntoken = "${TOKEN}"\n`);
  for (const { place, path, text } of canaries) if (place === 'state') machine.write(`/home/${path}`, text);
});
afterAll(() => {
  server.close();
  machine.remove();
});

/** The server answers while the scan runs. */
async function scan(): Promise<string> {
  const { spawn } = await import('node:child_process');
  const env = { PATH: `${machine.at('stand-ins')}:${process.env.PATH}`, AIRLOCK_ROOT: machine.root };
  const child = spawn('python3', [machine.at('scan')], { cwd: machine.at('home'), env });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await new Promise((end) => child.once('close', end));
  return said;
}

const python = spawnSync('python3', ['-c', '']).status === 0 ? test : test.skip;
python('reports what the scanner found, without the canaries and without a value', async () => {
  const files = ['notes.txt', '.aws/credentials', 'gone.txt', ...Array(40).fill('notes.txt')];
  machine.standIn('gitleaks', `cat <<'E'\n${RECORDED(files)}\nE`);
  const report = JSON.parse((await scan()).replace('airlock-scan ', ''));
  expect(report.findings).toBe(42);
  expect(report.first).toHaveLength(20);
  expect(report.first.slice(0, 2)).toEqual([
    ['github-pat', 2, 'notes.txt'],
    ['github-pat', 2, 'gone.txt'],
  ]);
  expect(machine.calls('gitleaks').at(-1)).toContain('--redact');
});

python('reports nothing when the scanner fails: the silence is a signal', async () => {
  machine.standIn('gitleaks', 'exit 1');
  expect(await scan()).toBe('');
});

const scanner = spawnSync('gitleaks', ['version']).status === 0 ? test : test.skip;
scanner('gitleaks itself finds a token in the home, and its canaries stay out of the report', async () => {
  machine.run(['rm', '-f', machine.at('stand-ins/gitleaks')]);
  const said = await scan();
  expect(JSON.parse(said.replace('airlock-scan ', ''))).toEqual({
    findings: 1,
    first: [['github-pat', 2, 'notes.txt']],
  });
  expect(said).not.toContain(TOKEN.slice(4, 12));
});

test('the report becomes one event an hour, which raises secret-in-state; anything else becomes none', async () => {
  const box = await FakeBox.make();
  const told: { event: string; detail: object }[] = [];
  const reports = new ScanReports(box, { tell: (event) => told.push(event) });
  const log = reports.of(journal(pathsUnder('')));
  const say = (text: string, now: number) => {
    const part = `{"time":1,"journal":"${Buffer.from(text).toString('base64')}"}\n`;
    return log.frame(Buffer.from(part), now);
  };
  const line = (report: object | string) =>
    `Nov 27 22:00:00 scout python3[9]: airlock-scan ${typeof report === 'string' ? report : JSON.stringify(report)}\n`;
  say(line('{"findings":-1,"first":[]}') + line('{"findings":1,"first":[["a",1]]}') + line('nothing'), 0);
  expect(told).toEqual([]);
  for (let count = 0; count < 9; count += 1)
    say(line({ findings: 1, first: [['github-pat', 2, 'a\x1b\n"b']] }), 60_000);
  expect(told).toEqual([
    { event: 'scan-reported', detail: { testimony: 'agent-host', findings: 1, saw: 'github-pat a "b:2' } },
  ]);
  const see = CATALOGUE['secret-in-state'].detector?.(
    () => 0,
    () => undefined,
  ).see;
  const raised = (event: object) => see?.({ record: 'event', ...event }, 0);
  expect(raised(told[0] as object)?.saw).toBe('1 findings, as its host says: "github-pat a \'b:2"');
  say(line({ findings: 0, first: [] }), 2 * 3_600_000);
  expect([told.length, raised(told[1] as object)]).toEqual([2, undefined]);
});
