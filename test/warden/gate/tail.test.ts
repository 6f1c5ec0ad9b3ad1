import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tail } from '../../../lib/warden/gate/tail';
import { temporary } from '../../support/temporary';

test('a log is followed by whole lines, from its last bytes on, through rotation, truncation and absence', async () => {
  const path = join(temporary(), 'front.log');
  const tail = new Tail(path, 8);
  const lines = async () => {
    const found: string[] = [];
    for await (const line of tail.lines()) found.push(line);
    return found;
  };
  expect(await lines()).toEqual([]);
  writeFileSync(path, 'first\nsec');
  expect(await lines()).toEqual(['first']);
  appendFileSync(path, 'ond\n');
  expect(await lines()).toEqual(['second']);
  appendFileSync(path, 'before the new file\n');
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'in it\n');
  expect(await lines()).toEqual(['before the new file', 'in it']);
  truncateSync(path, 0);
  appendFileSync(path, 'cut\n');
  expect(await lines()).toEqual(['cut']);
  await tail.close();

  writeFileSync(path, `old\n${'x'.repeat(4)}\nlast\n`);
  const late = new Tail(path, 8);
  const found: string[] = [];
  for await (const line of late.lines()) found.push(line);
  expect(found.at(-1)).toBe('last');
  expect(found).not.toContain('old');
  await late.close();
});
