import { containmentParameter } from '../../constructs/names';
import { contain } from '../../lib/containment/contain';
import { release } from '../../lib/containment/release';
import { Containments } from '../../lib/warden/containments';
import { Events } from '../../lib/warden/events';
import { GateEvents } from '../../lib/warden/gate/events';
import type { ParameterVersion } from '../../lib/warden/host';
import { FakeAccount, FakeClock } from '../containment/fake-account';
import { temporary } from '../support/temporary';
import { BOX, FakeBox } from './support/fake-box';
import { put } from './support/temporary';

const NAME = containmentParameter('airlock', 'scout');
const FACTS = { stack: 'airlock', agent: 'scout', warden: 'w', unset: [], secrets: {} };
const WELL = { facts: FACTS, health: { reasons: [] } };
const HOUR = 3_600_000;

/** What the box writes for the gate in a pass, of containments alone. */
async function passOf(box: FakeBox, containments = new Containments(box, BOX)) {
  const events = new Events(box);
  const from = box.log.length;
  await events.look(WELL, await containments.news());
  await containments.told();
  return box.log.slice(from).filter((line) => line.includes('"containment"'));
}

const versions = (...values: readonly object[]): ParameterVersion[] =>
  values.map((value, index) => ({
    version: index + 1,
    value: JSON.stringify(value),
    author: 'arn:aws:iam::111122223333:user/ann',
    modified: Date.UTC(2026, 0, 2, 3, index),
  }));

/** What a containment, or a drill, and its release leave for the box. */
async function left(by: string) {
  const clock = new FakeClock();
  const aws = new FakeAccount(clock);
  await contain(aws.cell('scout'), aws, clock, { by });
  await release(aws.cell('scout'), aws, clock, { by, because: 'it was a drill' });
  const calls = aws.calls.filter((call) => call.startsWith('recordContainment scout '));
  return calls.map((call) => JSON.parse(call.slice('recordContainment scout '.length)));
}

test('a box that starts after a release records who contained and who released it, with AWS’s time and name, once', async () => {
  const box = await FakeBox.make();
  box.histories.set(NAME, versions(...(await left('a drill of ann'))));
  const lines = await passOf(box);
  expect(lines.map((line) => JSON.parse(line).detail)).toMatchObject([
    { what: 'contained', at: '2026-01-02T03:00:00.000Z', by: 'a drill of ann', version: 1 },
    { what: 'released', at: '2026-01-02T03:01:00.000Z', because: 'it was a drill', version: 2 },
  ]);
  expect(JSON.parse(lines[0] as string).detail.writer).toBe('arn:aws:iam::111122223333:user/ann');
  expect(await passOf(box)).toEqual([]);

  // The real gate takes them into its records.
  const records: string[] = [];
  const file = put(temporary(), 'events.log', `${lines.join('\n')}\n`);
  const gate = new GateEvents(
    file,
    async (line) => void records.push(line),
    () => 'scout',
    () => 0,
    new Set(),
  );
  await gate.look();
  await gate.close();
  expect(records.map((line) => JSON.parse(line))).toMatchObject([
    { record: 'event', event: 'containment', detail: { what: 'contained' } },
    { record: 'event', event: 'containment', detail: { what: 'released' } },
  ]);
});

test('the release leaves its facts before the box starts, and a refused one releases all the same', async () => {
  const clock = new FakeClock();
  const aws = new FakeAccount(clock);
  await contain(aws.cell('scout'), aws, clock, { by: 'ann' });
  const from = aws.calls.length;
  aws.refuses.add('recordContainment');
  const done = await release(aws.cell('scout'), aws, clock, { by: 'ann', because: 'x' });
  expect(done.isReleased).toBe(true);
  expect(done.steps[0]).toMatchObject({ id: 'record', state: 'failed' });
  expect(aws.calls[from]).toMatch(/^recordContainment/);
});

test('what AWS does not answer is asked again at the next pass, and a containment that stopped nothing within an hour', async () => {
  const box = await FakeBox.make();
  const containments = new Containments(box, BOX);
  box.awsFault = 'ThrottlingException';
  expect(await passOf(box, containments)).toEqual([]);
  box.awsFault = undefined;
  expect(await passOf(box, containments)).toEqual([]);
  box.histories.set(NAME, versions({ what: 'contained', by: 'ann', cut: false }));
  expect(await passOf(box, containments)).toEqual([]);
  box.ticks += HOUR;
  expect(await passOf(box, containments)).toHaveLength(1);
});

test('text that somebody else put there stays text, and forges no record', async () => {
  const box = await FakeBox.make();
  const forged = {
    what: 'contained"},{"record":"request',
    by: `x\n{"record":"grant"}\u0000${'y'.repeat(9000)}`,
  };
  box.histories.set(NAME, versions(forged, 'no object' as unknown as object));
  const lines = await passOf(box);
  expect(lines).toHaveLength(2);
  for (const line of lines) {
    expect(line).toMatch(/^[\x20-\x7e]{1,900}$/);
    expect(JSON.parse(line)).toMatchObject({ event: 'containment', detail: { what: 'unreadable' } });
  }
});
