import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { archivedLines } from '../../lib/operations/audit/archive-files';
import { verifyTrail } from '../../lib/operations/audit/verify';
import { archive, archiveLate, archiveState, filesIn } from '../../lib/warden/archive';
import { tendAuditFile } from '../../lib/warden/audit-file';
import { RecordFile } from '../../lib/warden/gate/record-file';
import { AwsError, type Host } from '../../lib/warden/host';
import { pathsUnder } from '../../lib/warden/paths';
import { realFiles } from '../../lib/warden/real-files';
import { chainOf } from '../audit/trail';
import { temporary } from '../support/temporary';
import { BOX } from './support/fake-box';

const TO = { bucket: 'bucket', keyArn: 'arn:aws:kms:us-east-1:111122223333:key/1' };
const MINUTE = 60_000;

const made: RecordFile[] = [];
function recordFile(path: string): RecordFile {
  const one = new RecordFile(path);
  made.push(one);
  return one;
}
afterEach(() => Promise.all(made.splice(0).map((one) => one.close())));

/** A box with a real file of records, whose gate writes `count` at a time, and a bucket that takes what it is given. */
function boxWithRecords() {
  const root = temporary();
  const paths = pathsUnder(root);
  for (const path of [paths.records, paths.archive]) mkdirSync(dirname(path), { recursive: true });
  const bucket = new Map<string, Buffer>();
  const state = { now: Date.UTC(2026, 0, 2, 9), fault: undefined as string | undefined, tries: 0 };
  const host = {
    ...realFiles(root),
    paths,
    now: () => state.now,
    run: async () => ({ status: 0, output: '' }),
    putObject: async (name: string, key: string, body: Buffer) => {
      state.tries += 1;
      if (state.fault) throw new AwsError('PutObject', state.fault);
      if (bucket.has(`${name}/${key}`)) throw new AwsError('PutObject', 'PreconditionFailed');
      bucket.set(`${name}/${key}`, body);
    },
  } as unknown as Host;
  let records = recordFile(paths.records);
  const write = async (count: number, size = 0) => {
    for (let index = 0; index < count; index += 1) {
      const time = new Date(state.now).toISOString();
      await records.append(JSON.stringify({ record: 'end', time, pad: 'x'.repeat(size) }));
    }
  };
  const restart = async () => {
    await records.close();
    records = recordFile(paths.records);
  };
  const look = (minutes = 0) => {
    state.now += minutes * MINUTE;
    return archive(host, BOX, TO);
  };
  const names = () => [...bucket.keys()];
  const verdict = () =>
    verifyTrail(
      { archive: { names: async () => names(), read: async (name) => bucket.get(name) as Buffer } },
      new Date(state.now),
    );
  return { host, paths, bucket, state, write, restart, look, names, verdict };
}

test('records are put within an hour, each once, below the agent, the box and the chain, and verify as whole', async () => {
  const box = boxWithRecords();
  await box.look();
  await box.write(3);
  await box.look();
  await box.look(54);
  expect(box.names()).toEqual([]);
  await box.look(1);
  await box.write(2);
  await box.look(1);
  await box.look(56);
  expect(box.names().map((name) => name.replace(/[0-9a-f]{12}(?=\/)/g, 'HEX'))).toEqual([
    'bucket/scout/HEX/HEX/000000000000001-000000000000004.jsonl.gz',
    'bucket/scout/HEX/HEX/000000000000005-000000000000006.jsonl.gz',
  ]);
  await box.look(120);
  expect(box.state.tries).toBe(2);
  expect(await box.verdict()).toMatchObject({ reason: 'verified', whole: true, lines: 6 });
});

test('a put that fails is repeated from the disk, told after two hours, and nothing is freed or dropped before', async () => {
  const box = boxWithRecords();
  await box.look();
  await box.write(3);
  await box.look();
  box.state.fault = 'ServiceUnavailable';
  await expect(box.look(60)).rejects.toThrow('PutObject: ServiceUnavailable');
  const late = async () => archiveLate(await archiveState(box.host), box.state.now);
  expect(await late()).toBeUndefined();
  await box.write(3);
  await expect(box.look(61)).rejects.toThrow();
  expect(await late()).toBe('records since 2026-01-02T09:00:00.000Z are not in the archive');
  box.state.fault = undefined;
  await box.look(1);
  expect(await late()).toBeUndefined();
  expect(await box.verdict()).toMatchObject({ whole: true, lines: 7 });
});

test('what CloudWatch has and the archive lacks is not freed, and too much of it stops iron-proxy', async () => {
  const box = boxWithRecords();
  await box.look();
  writeFileSync(box.paths.records, '');
  truncateSync(box.paths.records, 500 * 1024 ** 2);
  const freed: string[] = [];
  const host = {
    ...box.host,
    list: async () => ['state'],
    read: async (path: string) =>
      path.endsWith('/state') ? `${500 * 1024 ** 2}\n/var/log/airlock-gate/records.log` : box.host.read(path),
    size: async () => ({ length: 500 * 1024 ** 2, allocated: 500 * 1024 ** 2, modified: 1 }),
    run: async (command: { arguments: readonly string[] }) => {
      freed.push(command.arguments[4] as string);
      return { status: 0, output: '' };
    },
  } as unknown as Host;
  const waits = await tendAuditFile(host, undefined);
  expect([freed, waits.closed?.code]).toEqual([[], 'audit-backlog']);
  writeFileSync(box.paths.archive, JSON.stringify({ offset: 400 * 1024 ** 2 }));
  const half = await tendAuditFile(host, undefined);
  expect([freed, half.closed]).toEqual([[String(80 * 1024 ** 2)], undefined]);
});

test('an answer that was lost, a clock that was set back and a restart change nothing', async () => {
  const box = boxWithRecords();
  await box.look();
  await box.write(2);
  await box.look();
  await box.look(60);
  const state = readFileSync(box.paths.archive, 'utf8');
  await box.write(0);
  writeFileSync(box.paths.archive, JSON.stringify({ offset: 0, since: box.state.now }));
  await box.restart();
  await box.look(-600);
  await box.look(56);
  expect([box.names().length, box.state.tries]).toEqual([1, 2]);
  expect(JSON.parse(readFileSync(box.paths.archive, 'utf8'))).toEqual(JSON.parse(state));
  expect(await box.verdict()).toMatchObject({ whole: true });
});

test('4 MiB are put at once, and each chain has files of its own, also after a torn line', async () => {
  const box = boxWithRecords();
  await box.look();
  await box.write(25, 200_000);
  await box.look(1);
  expect(box.names()).toHaveLength(1);
  await box.restart();
  truncateSync(box.paths.records, statSync(box.paths.records).size - 7);
  await box.write(2);
  await box.look(1);
  await box.look(56);
  const chains = new Set(box.names().map((name) => dirname(name)));
  expect(chains.size).toBe(2);
  expect(await box.verdict()).toMatchObject({ whole: true, chains: [{}, { why: 'torn' }] });
});

test('a file that is gone, or that somebody changed, shows', async () => {
  const box = boxWithRecords();
  await box.look();
  for (let hour = 0; hour < 3; hour += 1) {
    await box.write(2);
    await box.look();
    await box.look(60);
  }
  const [, middle = ''] = box.names();
  const body = box.bucket.get(middle) as Buffer;
  box.bucket.set(middle, Buffer.from(gunzipSync(body).toString().replace('"pad":""', '"pad":"y"')));
  const plain = middle.replace('.gz', '');
  box.bucket.set(plain, box.bucket.get(middle) as Buffer);
  box.bucket.delete(middle);
  expect(await box.verdict()).toMatchObject({ whole: false, findings: [{ kind: 'changed' }] });
  box.bucket.delete(plain);
  expect(await box.verdict()).toMatchObject({
    whole: false,
    findings: [{ kind: 'missing', from: 4, to: 5 }],
  });
});

test('an archive that is switched on later begins at the next line, and one that is switched off forgets how far it came', async () => {
  const box = boxWithRecords();
  await box.write(5);
  await box.look();
  await box.write(1);
  await box.look();
  await box.look(60);
  expect(box.names()).toEqual([expect.stringMatching(/0{14}7-0{14}7/)]);
  await archive(box.host, BOX, undefined);
  expect(await archiveState(box.host)).toBeUndefined();
});

test('freed space is skipped, and a chunk without a whole line waits', () => {
  expect(filesIn(Buffer.alloc(4096), 0)).toEqual({ files: [], used: 4096 });
  expect(filesIn(Buffer.from('{"record":'), 0).used).toBe(0);
  const { lines } = chainOf(2);
  const { files, used } = filesIn(Buffer.from(`\0\0\0${lines.join('\n')}\nrest`), 0);
  expect([files.length, files[0]?.text]).toEqual([1, `${lines.join('\n')}\n`]);
  expect(used).toBe(lines.join('\n').length + 4);
});

test('chains come in the order in which they began, whatever they are called', async () => {
  const [early, late] = [chainOf(2, {}, 'ffffffffffff'), chainOf(2, { box: 'other' }, '000000000000')];
  const files: Record<string, string> = {
    'scout/b/000000000000/1': late.lines.join('\n').replaceAll('2026-01-02', '2026-01-03'),
    'scout/a/ffffffffffff/1': early.lines.join('\n'),
  };
  const seen: string[] = [];
  const read = async (name: string) => Buffer.from(files[name] as string);
  for await (const line of archivedLines({ names: async () => Object.keys(files), read }))
    seen.push(line.slice(-14, -2));
  expect(seen).toEqual(['ffffffffffff', 'ffffffffffff', '000000000000', '000000000000']);
});
