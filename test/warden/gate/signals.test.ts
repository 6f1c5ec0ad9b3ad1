import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readHistory } from '../../../lib/warden/gate/history-file';
import { RecordFile } from '../../../lib/warden/gate/record-file';
import { GateSignals } from '../../../lib/warden/gate/signals';
import { Tail } from '../../../lib/warden/gate/tail';
import { Watch } from '../../../lib/watch/watch';
import { temporary } from '../../support/temporary';
import { other, request, START, times } from '../../watch/records';
import { recordsIn } from './records-in';

const refused = (ms: number) => request(ms, { decision: 'refuse', by: 'rules' });

describe('the gate', () => {
  let file: string;
  let records: RecordFile;
  const made: { close(): Promise<void> }[] = [];
  afterEach(() => Promise.all(made.splice(0).map((one) => one.close())));
  beforeEach(async () => {
    file = join(temporary(), 'records.log');
    await start();
  });

  async function start(append?: (line: string) => Promise<void>) {
    records = new RecordFile(file);
    const tail = new Tail(file, 1e9);
    made.push(records, tail);
    const { last } = await readHistory(file, START);
    const given = append === undefined ? records : { append };
    return new GateSignals(new Watch(() => 5), given, tail, last, () => 'scout');
  }
  const write = async (all: readonly object[]) => {
    for (const record of all) await records.append(JSON.stringify(record));
  };
  const look = async (signals: GateSignals, at: number) => {
    await signals.look(() => START + at);
    // What it appended is on disk behind this.
    await write([other(at, 'notes')]);
  };
  const signalsIn = () => recordsIn(file).filter(({ record }) => record === 'signal');

  test('appends a signal to the records, after the records that raised it', async () => {
    const signals = await start();
    await look(signals, 0);
    await write(times(6, refused));
    expect(signalsIn()).toEqual([]);
    await look(signals, 6000);
    expect(signalsIn()).toMatchObject([{ agent: 'scout', signal: 'refusals', count: 1 }]);
    expect(recordsIn(file).at(-2)).toMatchObject({ record: 'signal' });
    await look(signals, 7000);
    expect(signalsIn()).toHaveLength(1);
  });

  test('has the time at which it was written, so that the end of an hour is no late record', async () => {
    const signals = await start();
    await look(signals, 0);
    await write(times(8, refused));
    await look(signals, 8000);
    await look(signals, 3_600_000);
    expect(signalsIn()).toMatchObject([
      { time: '2026-10-01T12:00:08.000Z', at: '2026-10-01T12:00:05.000Z' },
      { time: '2026-10-01T13:00:00.000Z', at: '2026-10-01T12:00:07.000Z', again: true, count: 2 },
    ]);
  });

  test('raises nothing from a line that an unfinished write left behind', async () => {
    const signals = await start();
    await write(times(5, refused));
    appendFileSync(file, JSON.stringify(refused(6000)));
    await signals.look(() => START + 6000);
    await records.close();
    expect(readFileSync(file, 'utf8')).not.toContain('"signal"');
  });

  test('tells nothing again whose records are freed from the disk, if its signal is still there', async () => {
    await write([other(0, 'signal', { signal: 'refusals', count: 1 }), ...times(6, refused)]);
    await look(await start(), 6000);
    expect(signalsIn()).toHaveLength(1);
  });

  test('tells after a restart what a killed gate had not told, and nothing of long before', async () => {
    await write([...times(6, refused), ...times(6, () => refused(7_200_000))]);
    const signals = await start();
    await look(signals, 7_201_000);
    await look(signals, 7_202_000);
    expect(signalsIn()).toMatchObject([{ signal: 'refusals', count: 1, at: '2026-10-01T14:00:00.000Z' }]);
  });

  test('tells, while it still reads the past, what is recorded meanwhile', async () => {
    await write(times(3, refused));
    const signals = await start();
    await write(times(6, () => refused(1_000_000)));
    await look(signals, 1_000_000);
    expect(signalsIn()).toHaveLength(1);
  });

  test('tells again what the disk did not take', async () => {
    let isFull = true;
    const signals = await start(async (line) => {
      if (isFull) throw new Error('ENOSPC');
      await records.append(line);
    });
    await write(times(6, refused));
    await look(signals, 6000);
    isFull = false;
    for (const ms of [7000, 8000]) await look(signals, ms);
    expect(signalsIn()).toHaveLength(1);
  });

  test('goes on after a restart where it was, and tells nothing twice', async () => {
    await write(times(4, refused));
    const signals = await start();
    await write(times(2, refused, 5000));
    await look(signals, 7000);
    const again = await start();
    await write([refused(9000)]);
    await look(again, 9000);
    expect(signalsIn()).toHaveLength(1);
  });
});
