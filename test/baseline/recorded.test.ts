import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordedIn } from '../../bench/baseline/recorded';
import { temporary } from '../support/temporary';

test('the commits of a repository are read as pushes, at their times and with the sizes of their files', () => {
  const directory = temporary();
  const git = (at: string, ...args: string[]) =>
    execFileSync(
      'git',
      ['-C', directory, '-c', 'user.name=scout', '-c', 'user.email=scout@example.com', ...args],
      {
        env: { ...process.env, GIT_COMMITTER_DATE: at, GIT_AUTHOR_DATE: at },
      },
    );
  const commit = (at: string, bytes: number) => {
    writeFileSync(join(directory, 'file'), randomBytes(bytes));
    git(at, 'add', 'file');
    git(at, 'commit', '-qm', 'work');
  };
  git('', 'init', '-q');
  commit('2026-03-02T05:00:00Z', 100);
  commit('2026-03-01T04:00:00Z', 10_000);
  const records = recordedIn(directory);
  expect(records.map(({ time, rule, risk }) => [time, rule, risk])).toEqual([
    ['2026-03-01T04:00:00.000Z', 'push', 'medium'],
    ['2026-03-02T05:00:00.000Z', 'push', 'medium'],
  ]);
  const [late, early] = records.map(({ bodyBytes }) => Number(bodyBytes));
  expect(late).toBeGreaterThan(9_000);
  expect(early).toBeGreaterThan(99);
  expect(early).toBeLessThan(300);
  expect(() => recordedIn(join(directory, 'none'))).toThrow('git could not read');
});
