import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../../../lab/rehearsal/plan/installation';
import { makePackages } from '../../../lab/rehearsal/run/packages';
import { temporary } from '../../support/temporary';

const of = (runtime: string): Installation => ({
  runtime,
  mirror: { host: 'npm.example.com', path: '/all' },
  tarballs: ['@a/b/-/b-1.tgz', 'c/-/c-2.tgz'],
  skills: '',
});
let scratch: string;
beforeEach(() => {
  scratch = temporary();
});

test('a given package is served unchanged and keeps its pin', async () => {
  const given = join(scratch, 'given');
  mkdirSync(join(given, 'c/-'), { recursive: true });
  writeFileSync(join(given, 'c/-/c-2.tgz'), 'mine');
  const { files, pins } = await makePackages(of('codex-1'), scratch, given);
  const mine = files.find(({ path }) => path.endsWith('c-2.tgz'));
  expect(readFileSync(mine?.file ?? '', 'utf8')).toBe('mine');
  expect([...pins.keys()]).toEqual(['@a/b/-/b-1.tgz']);
});

test('a custom runtime has no stand-in: missing packages are named', async () => {
  await expect(makePackages(of('custom'), scratch)).rejects.toThrow(
    /^@a\/b\/-\/b-1\.tgz, c\/-\/c-2\.tgz: .*--packages$/,
  );
});

test('a directory that is not there is an error', async () => {
  await expect(makePackages(of('codex-1'), scratch, join(scratch, 'nowhere'))).rejects.toThrow(/ENOENT/);
});
