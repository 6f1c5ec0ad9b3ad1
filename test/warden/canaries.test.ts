import { FRONT_LIMITS } from '../../lib/config/schema/proxy-schema';
import { CanaryLogs, tendCanaries } from '../../lib/warden/canaries';
import type { WardenEvent } from '../../lib/warden/events';
import { frontConfig } from '../../lib/warden/front-files';
import { dnsLog } from '../../lib/warden/front-logs';
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

test('a DNS question with a canary reaches CloudWatch without it, and the trail once an hour', async () => {
  const { box, texts } = await boxWithCanaries();
  const told: WardenEvent[] = [];
  const logs = new CanaryLogs(box, { tell: (event) => told.push(event) });
  const log = logs.without(dnsLog(box.paths), 'DNS question');
  const [{ values }] = JSON.parse((await texts())[0] as string).all;
  const asked = `dnsmasq[9]: query[A] ${values[0].toLowerCase()}.x.org from 10.64.1.1\n`;
  await logs.look();
  for (const later of [0, 60_000]) {
    const [line = ''] = log.frame(Buffer.from(asked), NOW + later).lines;
    expect(JSON.parse(line)).toMatchObject({ canary: 'state-aws' });
  }
  expect(told).toEqual([{ event: 'canary-seen', detail: { canary: 'state-aws', where: 'DNS question' } }]);
  expect(log.frame(Buffer.from(asked.replace(/ [a-z0-9]+\./, ' api.')), NOW).lines[0]).toContain('api.x.org');
});
