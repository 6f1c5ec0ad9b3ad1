import { spawnSync } from 'node:child_process';
import type { SimulatedRecord } from './agents';

function git(directory: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('git', ['-C', directory, ...args], {
    encoding: 'utf8',
    input,
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`git could not read ${directory}: ${stderr.trim().slice(0, 200)}`);
  return stdout;
}

/**
 * A real agent's actions, oldest first: the commits of a git repository that an agent keeps by itself, each taken for one push at
 * the time of the commit, with the compressed size of the files that it brought. Model calls and reads leave no trace there.
 */
export function recordedIn(directory: string): SimulatedRecord[] {
  const log = git(directory, [
    'log',
    '--all',
    '--no-merges',
    '--no-renames',
    '--raw',
    '--no-abbrev',
    '--format=%ct',
  ]);
  const commits: { readonly at: number; readonly blobs: string[] }[] = [];
  for (const line of log.split('\n')) {
    if (/^\d+$/.test(line)) commits.push({ at: Number(line) * 1000, blobs: [] });
    else if (line.startsWith(':')) commits.at(-1)?.blobs.push(line.split(' ')[3] as string);
  }
  const blobs = [...new Set(commits.flatMap((commit) => commit.blobs))];
  const sizes = new Map(
    git(directory, ['cat-file', '--batch-check=%(objectname) %(objectsize:disk)'], blobs.join('\n'))
      .split('\n')
      .map((line): [string, number] => [line.split(' ')[0] as string, Number(line.split(' ')[1]) || 0]),
  );
  return commits
    .sort((a, b) => a.at - b.at)
    .map((commit) => ({
      record: 'request',
      time: new Date(commit.at).toISOString(),
      rule: 'push',
      risk: 'medium',
      decision: 'allow',
      bodyBytes: commit.blobs.reduce((sum, blob) => sum + (sizes.get(blob) ?? 0), 0),
    }));
}
