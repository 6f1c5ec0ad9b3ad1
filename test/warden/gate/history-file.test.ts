import {
  appendFileSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { HISTORY_STEP, readHistory } from '../../../lib/warden/gate/history-file';
import { temporary } from '../../support/temporary';
import { other, request, START } from '../../watch/records';

const NOW = START + 60_000;
const DAY = 86_400_000;

describe('what a gate knows at its start', () => {
  let records: string;
  let kept: string;
  let made: number;
  beforeEach(() => {
    const root = temporary();
    [records, kept, made] = [join(root, 'records.log'), join(root, 'history.json'), 0];
  });

  /** Appends records of each kind that counts, until there are so many bytes more. */
  function fill(bytes: number, ms = 0): void {
    const lines: string[] = [];
    for (let size = 0; size < bytes; size += lines.at(-1)?.length ?? 0) {
      made += 1;
      const [id, remote] = [`run-${made}`, { remote_addr: `127.0.0.1:${made % 7}` }];
      const all = [
        request(ms, { id, ...remote, risk: 'medium', bodyBytes: 10, grant: 'g' }),
        ...(made % 3 === 0 ? [other(ms, 'end', { id })] : []),
        ...(made % 5 === 0 ? [other(ms, 'connection', { ...remote, began: new Date(START), ms: 1 })] : []),
        other(ms, 'charge', { id, microUsd: 7, padding: 'x'.repeat(8000) }),
        other(ms, 'event', { id: made.toString(16).padStart(16, '0') }),
      ];
      lines.push(all.map((one) => `${JSON.stringify(one)}\n`).join(''));
    }
    appendFileSync(records, lines.join(''));
  }
  const start = async (now = NOW) => (await readHistory(records, now, kept)).save(now);
  const whole = async (now = NOW) => (await readHistory(records, now)).save(now);
  const offset = () => JSON.parse(readFileSync(kept, 'utf8')).offset as number;
  /** As a hole would. */
  function zero(from: number, to: number): void {
    writeSync(openSync(records, 'r+'), Buffer.alloc(to - from), 0, to - from, from);
  }

  test('is the same from what was kept and the records after it, and nothing before them is read', async () => {
    fill(2.5 * HISTORY_STEP);
    await start();
    fill(HISTORY_STEP / 4);
    const known = await whole();
    expect(known.events).toHaveLength(made);
    expect(known.counters[0]?.[2]).toBe(made);
    expect(offset()).toBeGreaterThan(1.9 * HISTORY_STEP);
    zero(0, offset() - 4096);
    expect(await start()).toEqual(known);
    expect(await whole()).not.toEqual(known);
  });

  test('counts no cap of the day before, and its grants, charges and open requests go on', async () => {
    fill(1.2 * HISTORY_STEP);
    await start();
    fill(HISTORY_STEP / 4, DAY);
    const { counters, ...rest } = await start(NOW + DAY);
    expect({ counters, ...rest }).toEqual(await whole(NOW + DAY));
    expect(counters[0]?.[2]).toBeLessThan(made / 2);
    expect(rest.used).toEqual([['g', made]]);
  });

  test('is kept after each part, so that a start that is killed goes on where it was', async () => {
    fill(2.5 * HISTORY_STEP);
    const running = start();
    while (!existsSync(kept)) await new Promise(setImmediate);
    const first = offset();
    await running;
    expect([first, offset()].map((at) => Math.ceil(at / HISTORY_STEP))).toEqual([1, 2]);
  });

  test.each<[string, () => void]>([
    ['other records', () => zero(offset() - 100, offset() - 50)],
    ['a shorter file', () => writeFileSync(records, readFileSync(records).subarray(0, offset() - 1))],
    ['a torn write', () => writeFileSync(kept, readFileSync(kept).subarray(0, 500))],
    ['another version', () => writeFileSync(kept, readFileSync(kept, 'utf8').replace('n":1', 'n":2'))],
    [
      'a count that is none',
      () => writeFileSync(kept, readFileSync(kept, 'utf8').replace('"ended":', '"ended":-')),
    ],
  ])('comes from the records alone when what was kept is of %s', async (_, spoil) => {
    fill(1.5 * HISTORY_STEP);
    await start();
    spoil();
    const known = await whole();
    expect(known.counters[0]?.[2]).toBeGreaterThan(0);
    expect(await start()).toEqual(known);
  });

  test('is not kept while records are of a later day, by a clock that was set back', async () => {
    fill(1.5 * HISTORY_STEP, DAY);
    await start();
    expect(existsSync(kept)).toBe(false);
    expect((await start(NOW + DAY)).counters[0]?.[2]).toBe(made);
  });

  test('has nothing of a torn last line, nor of megabytes that are no lines', async () => {
    fill(1000);
    const known = await whole();
    appendFileSync(records, JSON.stringify(request(0, { id: 'torn' })));
    expect(await start()).toEqual(known);
    appendFileSync(records, `${'x'.repeat(2.5 * HISTORY_STEP)}\n`);
    fill(1000);
    expect((await start()).events).toHaveLength(made);
    expect(offset()).toBeLessThan(statSync(records).size);
  });
});
