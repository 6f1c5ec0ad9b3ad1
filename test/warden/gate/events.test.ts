import { appendFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { ClockWatch, GateEvents } from '../../../lib/warden/gate/events';
import { readHistory } from '../../../lib/warden/gate/history-file';
import { RecordFile } from '../../../lib/warden/gate/record-file';
import { temporary } from '../../support/temporary';
import { recordsIn } from './records-in';

const NOW = Date.UTC(2026, 0, 1);
const TIME = '2026-01-01T00:00:00.000Z';
const event = (number: number, more: object = {}) =>
  JSON.stringify({
    id: number.toString(16).padStart(16, '0'),
    time: TIME,
    event: 'changed',
    detail: { what: 'policy', from: 'a', to: 'b' },
    ...more,
  });

describe('events of warden at the gate', () => {
  let root: string;
  let from: string;
  let path: string;
  const open: { close(): Promise<void> }[] = [];
  beforeEach(() => {
    root = temporary();
    [from, path] = [join(root, 'events.log'), join(root, 'records.log')];
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });

  async function start(append?: (line: string) => Promise<void>) {
    const records = new RecordFile(path);
    const history = await readHistory(path, NOW);
    const events = new GateEvents(
      from,
      append ?? ((line) => records.append(line)),
      () => 'scout',
      () => NOW,
      history.events,
    );
    open.push(records, events);
    return events;
  }

  test('become records once each, also after a restart, and after warden began another file', async () => {
    const before = await start();
    appendFileSync(from, `${event(1)}\n${event(2)}\n`);
    before.tell('gate-starts', { warden: 'w' });
    await before.look();
    const after = await start();
    await after.look();
    renameSync(from, `${from}.1`);
    appendFileSync(from, `${event(3)}\n`);
    await after.look();
    await after.look();
    expect(recordsIn(path).map(({ id }) => id?.slice(-1))).toEqual([undefined, '1', '2', '3']);
    expect(recordsIn(path)[1]).toEqual({
      record: 'event',
      time: TIME,
      id: '0000000000000001',
      agent: 'scout',
      event: 'changed',
      at: TIME,
      detail: { what: 'policy', from: 'a', to: 'b' },
    });
  });

  test('that are none of warden’s shape make no record', async () => {
    const events = await start();
    const bad = [
      { id: 'x' },
      { event: 'A b' },
      { more: 1 },
      { detail: { a: 'x'.repeat(601) } },
      { detail: { a: {} } },
    ];
    appendFileSync(
      from,
      `${bad.map((more, index) => event(index, more)).join('\n')}\n{"id":\n\u0000\n${event(9)}\n`,
    );
    await events.look();
    expect(recordsIn(path)).toHaveLength(1);
  });

  test('wait while records can’t be written', async () => {
    let full = true;
    const lines: string[] = [];
    const events = await start(async (line) => {
      if (full) throw new Error('ENOSPC');
      lines.push(line);
    });
    appendFileSync(from, `${event(1)}\n`);
    await expect(events.look()).rejects.toThrow('ENOSPC');
    full = false;
    await events.look();
    expect(lines).toHaveLength(1);
  });
});

test('a clock that is set shows, one that drifts or a monotonic one that goes on does not', () => {
  const watch = new ClockWatch();
  const looks = [
    [1000, 0],
    [1500, 500],
    [2600, 1000],
    [9000, 1500],
    [9500, 2000],
    [3000, 2500],
    [903_000, 902_500],
  ] as const;
  expect(looks.map(([clock, ticks]) => watch.jump(clock, ticks))).toEqual([
    undefined,
    undefined,
    undefined,
    5900,
    undefined,
    -7000,
    undefined,
  ]);
});
