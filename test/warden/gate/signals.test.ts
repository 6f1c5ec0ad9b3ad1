import { join } from 'node:path';
import { readHistory } from '../../../lib/warden/gate/history';
import { RecordFile } from '../../../lib/warden/gate/record-file';
import { GateSignals } from '../../../lib/warden/gate/signals';
import { Watch } from '../../../lib/watch/watch';
import { temporary } from '../../support/temporary';
import { request, START, times } from '../../watch/records';
import { recordsIn } from './records-in';

const refused = (ms: number) => request(ms, { decision: 'refuse', by: 'rules' });

describe('the gate', () => {
  let file: string;
  const made: RecordFile[] = [];
  beforeEach(() => {
    file = join(temporary(), 'records.log');
  });
  afterAll(() => Promise.all(made.map((one) => one.close())));
  const start = (records = new RecordFile(file)) => {
    made.push(records);
    return new GateSignals(new Watch(() => 5), records, () => 'scout');
  };

  test('appends a signal to the records, after the records that raised it', async () => {
    const signals = start();
    for (const record of times(6, refused)) await signals.watched.append(JSON.stringify(record));
    expect(recordsIn(file)).toHaveLength(6);
    signals.look(START + 6000);
    await made.at(-1)?.close();
    expect(recordsIn(file).at(-1)).toMatchObject({
      record: 'signal',
      agent: 'scout',
      signal: 'refusals',
      count: 1,
    });
  });

  test('leaves it to the file when a line goes to disk', async () => {
    const asked: unknown[] = [];
    const append = async (_: string, when?: string) => void asked.push(when);
    const { watched } = new GateSignals(new Watch(() => 5), { append, failure: undefined }, () => 'scout');
    await watched.append(JSON.stringify(refused(0)), 'soon');
    expect(asked).toEqual(['soon']);
  });

  test('raises nothing from a record that did not reach the disk', async () => {
    const lines: string[] = [];
    const append = (line: string) =>
      line.includes('"signal"')
        ? Promise.resolve(void lines.push(line))
        : Promise.reject(new Error('ENOSPC'));
    const signals = new GateSignals(new Watch(() => 0), { append, failure: 'ENOSPC' }, () => 'scout');
    await expect(signals.watched.append(JSON.stringify(refused(0)))).rejects.toThrow('ENOSPC');
    expect(signals.watched.failure).toBe('ENOSPC');
    signals.look(START);
    expect(lines).toEqual([]);
  });

  test('tells nothing again whose records are freed from the disk, if its signal is still there', async () => {
    const signals = start();
    signals.past({ record: 'signal', time: new Date(START).toISOString(), signal: 'refusals', count: 1 });
    for (const record of times(6, refused)) await signals.watched.append(JSON.stringify(record));
    signals.look(START + 6000);
    await made.at(-1)?.close();
    expect(recordsIn(file).filter(({ record }) => record === 'signal')).toEqual([]);
  });

  test('tells after a restart what a killed gate had not told', async () => {
    const before = start();
    for (const record of times(6, refused)) await before.watched.append(JSON.stringify(record));
    const signals = start();
    await readHistory(file, START + 8000, (record) => signals.past(record));
    signals.look(START + 8000);
    signals.look(START + 9000);
    await made.at(-1)?.close();
    expect(recordsIn(file).filter(({ record }) => record === 'signal')).toMatchObject([
      { signal: 'refusals', count: 1 },
    ]);
  });

  test('tells again what the disk did not take', async () => {
    const lines: string[] = [];
    let isFull = true;
    const append = async (line: string) => {
      if (isFull && line.includes('"signal"')) throw new Error('ENOSPC');
      lines.push(line);
    };
    const signals = new GateSignals(new Watch(() => 0), { append, failure: undefined }, () => 'scout');
    await signals.watched.append(JSON.stringify(refused(0)));
    signals.look(START);
    await Promise.resolve();
    isFull = false;
    for (const ms of [1000, 2000]) signals.look(START + ms);
    expect(lines.filter((line) => line.includes('"record":"signal"'))).toHaveLength(1);
  });

  test('goes on after a restart where it was, and tells nothing twice', async () => {
    const before = start();
    for (const record of times(4, refused)) await before.watched.append(JSON.stringify(record));
    const signals = start();
    await readHistory(file, START + 5000, (record) => signals.past(record));
    for (const record of times(2, refused, 5000)) await signals.watched.append(JSON.stringify(record));
    signals.look(START + 7000);
    await made.at(-1)?.close();
    const again = start();
    await readHistory(file, START + 8000, (record) => again.past(record));
    await again.watched.append(JSON.stringify(refused(9000)));
    again.look(START + 9000);
    await made.at(-1)?.close();
    expect(recordsIn(file).filter(({ record }) => record === 'signal')).toHaveLength(1);
  });
});
