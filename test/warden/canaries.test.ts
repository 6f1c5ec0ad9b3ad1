import { SIGNAL_PATTERN } from '../../constructs/names';
import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import { CanaryLogs, tendCanaries } from '../../lib/warden/canaries';
import type { WardenEvent } from '../../lib/warden/events';
import { type FollowedLog, follow } from '../../lib/warden/follow';
import { frontConfig } from '../../lib/warden/front-files';
import { eventRecord } from '../../lib/warden/gate/record';
import { signalRecord } from '../../lib/warden/gate/signals';
import { ScanReports } from '../../lib/warden/scan';
import { followedLogs } from '../../lib/warden/watch';
import { Watch } from '../../lib/watch/watch';
import { matchesPattern } from '../support/filter-pattern';
import { FakeBox } from './support/fake-box';

const NOW = Date.parse('2026-11-20T12:00:00Z');

async function boxWithCanaries() {
  const box = await FakeBox.make();
  await tendCanaries(box, true);
  const read = async (path: string) => (await box.read(path)) ?? '';
  const texts = async () =>
    Promise.all([box.paths.canaries, box.paths.gateCanaries, box.paths.canaryArchive].map(read));
  return { box, texts };
}

test('a box makes canaries once and keeps them; another makes others', async () => {
  const { box, texts } = await boxWithCanaries();
  const [state, gate, archive] = await texts();
  await tendCanaries(box, true);
  expect(await texts()).toEqual([state, gate, archive]);
  const { all } = JSON.parse(state as string);
  expect(JSON.parse(gate as string).map(({ id }: { id: string }) => id)).toEqual([
    'state-aws',
    'state-github',
    'state-api-key',
    'state-ssh',
    'host-aws',
    'host-github',
    'host-api-key',
    'host-ssh',
  ]);
  for (const { text } of all) expect(archive).toContain(text);
  const values = all.flatMap((each: { values: string[] }) => each.values);
  expect(new Set(values).size).toBe(10);
  const [other] = await (await boxWithCanaries()).texts();
  expect(values.filter((value: string) => other?.includes(value))).toEqual([]);
});

test('without the setting the gate looks for none, and the state keeps them', async () => {
  const { box, texts } = await boxWithCanaries();
  const before = await texts();
  await tendCanaries(box, false);
  expect(await box.read(box.paths.gateCanaries)).toBeUndefined();
  await tendCanaries(box, true);
  expect(await texts()).toEqual(before);
});

test('port 80 gives them where the setting says so, and nowhere else', () => {
  const settings = { connect: false, ...FRONT_LIMITS };
  expect(frontConfig(settings, 'a')).not.toContain('canaries.tar');
  const text = frontConfig({ ...settings, canaries: true }, 'a');
  expect(text.indexOf('canaries.tar if canaries METH_GET')).toBeLessThan(
    text.indexOf('Plain HTTP is refused'),
  );
  expect(text).toMatch(/path \/canaries\n/);
});

const LOGS: [string, string, (name: string) => string][] = [
  ['dns', 'DNS question', (name) => `dnsmasq[9]: query[A] ${name} from 10.64.1.1`],
  ['front', 'TLS name', (name) => `{"time":"2026-11-20T12:00:00Z","name":"${name}","end":"SC"}`],
];

/** The log of a name, on a box that looks for canaries, one of them as a name's label, and what people are told. */
async function watchedLog(name: string) {
  const { box, texts } = await boxWithCanaries();
  const told: WardenEvent[] = [];
  const events = { tell: (event: WardenEvent) => void told.push(event) };
  const canaries = new CanaryLogs(box, events);
  const logs = followedLogs(box.paths, canaries, new ScanReports(box, events));
  const log = logs.find((each) => each.name === name) as FollowedLog;
  const [{ values }] = JSON.parse((await texts())[0] as string).all;
  await canaries.look();
  return { box, log, told, label: values[0].toLowerCase() as string };
}

test.each(LOGS)(
  'a flood that uses up the day of the log of %s hides no canary in its %s',
  async (name, where, lineOf) => {
    const { box, log, told, label } = await watchedLog(name);
    const day = Math.floor(box.clock / 86_400_000);
    box.files.set(log.state, JSON.stringify({ day, written: log.dayLimit }));
    box.files.set(log.from, `${lineOf(`${label}.x.org`)}\n`);
    await follow(box, log);
    expect(told).toEqual([{ event: 'canary-seen', detail: { canary: 'state-aws', where } }]);
    expect(box.log.map((line) => JSON.parse(line))).toEqual([expect.objectContaining({ omittedRecords: 1 })]);
  },
);

test.each(LOGS)(
  'a line of the log of %s with a canary in its %s reaches CloudWatch without it, and people once an hour',
  async (name, where, lineOf) => {
    const { log, told, label } = await watchedLog(name);
    const asked = (first: string) => Buffer.from(`${lineOf(`${first}.x.org`)}\n`);
    for (const later of [0, 60_000]) {
      const [line = ''] = log.frame(asked(label), NOW + later).lines;
      expect(JSON.parse(line)).toMatchObject({ canary: 'state-aws' });
    }
    expect(log.frame(asked('api'), NOW).lines[0]).toContain('api.x.org');
    expect(told).toEqual([{ event: 'canary-seen', detail: { canary: 'state-aws', where } }]);
    const record = JSON.parse(eventRecord('scout', told[0] as WardenEvent, NOW));
    const signals = new Watch().see(record).map((one) => JSON.stringify(signalRecord('scout', one)));
    expect(
      signals.filter((line) => matchesPattern(SIGNAL_PATTERN, line)).map((line) => JSON.parse(line)),
    ).toMatchObject([{ signal: 'canary-seen', saw: `the canary "state-aws" in its "${where}"` }]);
  },
);
