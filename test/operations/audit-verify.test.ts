import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Services } from '../../lib/cli/services';
import { verifyTrail } from '../../lib/operations/audit/verify';
import { awsOf } from '../../lib/operations/aws';
import { healthLine } from '../../lib/warden/health';
import { at, chainOf, MORNING } from '../audit/trail';
import { configDirectory, temporary } from '../cli/config-directory';
import { airlock } from '../cli/fake-terminal';
import { OBEYED } from '../cli/obeyed';

const { lines, heads } = chainOf(200);
const FACTS = { stack: 'airlock', agent: 'scout', warden: 'abc', unset: [], secrets: {} };
const NOW = new Date(MORNING + 3_600_000);
const health = (index: number) =>
  JSON.stringify(healthLine({ healthy: true, reasons: [] }, FACTS, at(index), heads[index]));

interface Event {
  message: string;
  logStreamName: string;
  timestamp: number;
  ingestionTime: number;
}
/** As CloudWatch gives them: the log agent reads some lines in one millisecond. */
const gate = lines.map(
  (message, index): Event => ({
    message,
    logStreamName: 'gate',
    timestamp: at(index - (index % 4)),
    ingestionTime: at(index) + 5_000,
  }),
);
const warden = [
  { ...event(60, '{"time":"x","level":"info","message":"warden starts"}') },
  ...[60, 120, 199].map((index) => event(index, health(index))),
];
function event(index: number, message: string): Event {
  return { message, logStreamName: 'warden', timestamp: at(index), ingestionTime: at(index) };
}

const cloudWatch = (events: readonly Event[]) => ({
  send: async () => ({ events: [...events].sort((a, b) => a.timestamp - b.timestamp) }),
});
const source = (events: readonly Event[]) => ({
  aws: awsOf({ logs: () => cloudWatch(events) }, 'us-east-1'),
  stack: 'airlock',
  agent: 'scout',
  since: new Date(MORNING),
});
const inFile = (text: string) => {
  const file = join(temporary(), 'export.jsonl');
  writeFileSync(file, text);
  return { file };
};
const WHOLE = { reason: 'verified', whole: true, lines: 200, heads: { matched: 3 }, findings: [] };

describe('the trail is verified', () => {
  test('in an export, whose last heads may be of lines that CloudWatch did not have yet', async () => {
    const text = (events: readonly Event[]) => events.map((each) => JSON.stringify(each)).join('\n');
    const cut = inFile(text([...gate.slice(0, 150), ...warden]));
    expect(await verifyTrail(cut, NOW)).toMatchObject({ whole: true, heads: { matched: 2, pending: 1 } });
    const later = { ...event(199, '{"time":"x"}'), ingestionTime: at(199) + 120_000 };
    expect(await verifyTrail(inFile(text([...gate.slice(0, 150), ...warden, later])), NOW)).toMatchObject({
      findings: [{ kind: 'missing', from: 151, to: 200 }],
    });
  });

  test('in CloudWatch, whatever the order of lines of one millisecond', async () => {
    const shuffled = gate.map((_, index) => gate[index % 4 === 0 ? index + 3 : index - 1] as Event);
    expect(await verifyTrail(source([...shuffled, ...warden]), NOW)).toMatchObject(WHOLE);
    expect(await verifyTrail(source([...gate.slice(0, 150), ...warden]), NOW)).toMatchObject({
      whole: false,
      findings: [{ kind: 'missing', from: 151, to: 200 }],
    });
    const late = gate.map((each) => ({ ...each, ingestionTime: each.ingestionTime + 60_000 }));
    expect(await verifyTrail(source([...late, ...warden]), NOW)).toMatchObject({
      findings: [{ kind: 'late', lines: 200, seconds: 65 }],
    });
    const forged = { ...(gate[9] as Event), message: 'x' };
    expect(await verifyTrail(source([...gate, forged, ...warden]), NOW)).toMatchObject({
      findings: [{ kind: 'foreign', lines: 1 }],
    });
  });

  const exports: [string, (events: readonly Event[]) => string][] = [
    ['plain lines', (events) => events.map(({ message }) => message).join('\n')],
    ['events of filter-log-events', (events) => events.map((each) => JSON.stringify(each)).join('\n')],
    [
      'batches of a subscription',
      (events) =>
        ['gate', 'warden']
          .map((logStream) => ({
            messageType: 'DATA_MESSAGE',
            logStream,
            logEvents: events.filter((each) => each.logStreamName === logStream),
          }))
          .map((batch) => JSON.stringify(batch))
          .join('\n'),
    ],
  ];
  test.each(exports)('in a file of %s', async (_, written) => {
    expect(await verifyTrail(inFile(written([...gate, ...warden])), NOW)).toMatchObject(WHOLE);
    const swapped = [
      ...gate.slice(0, 50),
      gate[54],
      ...gate.slice(51, 54),
      gate[50],
      ...gate.slice(55),
    ] as Event[];
    expect(await verifyTrail(inFile(written([...swapped, ...warden])), NOW)).toMatchObject({ whole: false });
  });
});

describe('airlock audit --verify', () => {
  const run = (events: readonly Event[], ...more: string[]) => {
    const services = { logs: async () => cloudWatch(events) } as unknown as Services;
    return airlock(['audit', 'scout', '--verify', ...more], { now: () => NOW }, services);
  };

  test('says where the window begins, and that all is there', async () => {
    const { stdout, exitCode } = await run([...gate, ...warden], '--config', configDirectory());
    expect(stdout).toContain('chain c0c0c0c0c0c0: 1 to 200');
    expect(stdout).toContain('200 lines, 3 heads of warden matched: whole\n');
    expect(exitCode).toBe(0);
  });

  test('says of a quiet agent that its heads tell of no record, and of nothing at all that nothing was judged', async () => {
    const quiet = { ...event(0, health(199)), timestamp: MORNING + 60_000 };
    const heads = await run([quiet], '--config', configDirectory());
    expect(heads).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('no record in this time, as 1 head'),
    });
    const nothing = await run([], '--config', configDirectory());
    expect(nothing).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('nothing was judged') });
  });

  test('needs neither configuration nor AWS for a file, shows nothing that a terminal obeys, and exits 1 for a break', async () => {
    const hostile = '\u001b]0;x\u0007';
    const { file } = inFile([...lines.slice(0, 3), hostile, ...lines.slice(4)].join('\n'));
    const { stdout, exitCode } = await run([], '--file', file, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      whole: false,
      findings: [{ kind: 'missing', from: 4 }, { kind: 'foreign' }],
    });
    const text = (await run([], '--file', file)).stdout;
    expect(text).toMatch(/missing +c0c0c0c0c0c0 +4 +1 line +nowhere/);
    expect(text).not.toMatch(OBEYED);
    expect(exitCode).toBe(1);
  });

  test.each([
    [['audit', 'scout', '--file', 'x'], /--file is for --verify/],
    [['audit', 'scout', '--verify', '--denied'], /leave --follow and --denied out/],
    [['audit', 'scout', '--verify', '--file', 'nowhere'], /nowhere doesn't exist: correct the path/],
  ])('refuses %j', async (words, message) => {
    const { stderr, exitCode } = await airlock(words);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(1);
  });
});
