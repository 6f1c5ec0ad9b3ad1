import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Change } from '../changes/change';
import { changesBetween } from '../changes/compare';
import { NOTHING, type Snapshot, snapshotOf, snapshotSchema } from '../changes/snapshot';
import { formatProblem, loadAirlock } from '../config';
import type { Airlock, Problem } from '../config/model';
import { GitError, Repository } from './diff/git';

export interface DiffInput {
  /** As it is now. */
  readonly airlock: Airlock;
  /** The configuration directory, absolute. */
  readonly directory: string;
  /**
   * A git ref, a file that `airlock diff --json` wrote, or another configuration directory.
   * @default where this branch left the default branch
   */
  readonly from?: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type DiffResult =
  | {
      readonly reason: 'compared';
      /** The name of the earlier configuration. */
      readonly from: string;
      readonly changes: readonly Change[];
      /** The present configuration, for a later `--from FILE`. */
      readonly snapshot: Snapshot;
    }
  /** The earlier configuration doesn't load. */
  | { readonly reason: 'unsound'; readonly message: string; readonly problems: readonly Problem[] }
  | { readonly reason: 'unreadable'; readonly message: string };

interface Before {
  readonly from: string;
  readonly snapshot: Snapshot;
}

/** A snapshot of a large configuration is a fraction of this. */
const LARGEST = 8 * 1024 * 1024;

/** Compares a configuration with an earlier one. Nothing in the work tree or the repository changes. */
export function diff(input: DiffInput): DiffResult {
  try {
    const { from, snapshot: before } = beforeOf(input);
    const snapshot = snapshotOf(input.airlock);
    return { reason: 'compared', from, changes: changesBetween(before, snapshot), snapshot };
  } catch (error) {
    if (error instanceof Unsound)
      return { reason: 'unsound', message: error.message, problems: error.problems };
    if (error instanceof GitError) return { reason: 'unreadable', message: error.message };
    throw error;
  }
}

/** A path that exists is read as a file or a directory; anything else is a git ref. */
function beforeOf({ directory, from, cwd, env }: DiffInput): Before {
  const path = from ? resolve(cwd, from) : undefined;
  if (from !== undefined && path !== undefined && existsSync(path)) {
    return statSync(path).isDirectory()
      ? { from, snapshot: loaded(path, from, (file) => file) }
      : { from, snapshot: snapshotIn(path, from) };
  }
  const repository = new Repository(directory, env);
  const commit = from === undefined ? repository.mergeBase() : repository.commit(from);
  const target = mkdtempSync(join(tmpdir(), 'airlock-diff-'));
  try {
    if (!repository.checkOut(commit, target)) {
      return { from: `${commit.name}, which has no configuration here`, snapshot: NOTHING };
    }
    const named = (file: string) => file.replace(target, `${commit.name}:`).replace(':/', ':');
    return { from: commit.name, snapshot: loaded(target, commit.name, named) };
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

class Unsound extends Error {
  constructor(
    from: string,
    readonly problems: readonly Problem[],
  ) {
    const [first] = problems;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    super(
      `the configuration of ${from} doesn't load with this version of the kit, so there is nothing to compare with: ` +
        `${first ? formatProblem(first) : ''}${more}. Name a later commit with --from`,
    );
  }
}

function loaded(directory: string, from: string, named: (file: string) => string): Snapshot {
  const result = loadAirlock(directory);
  if (result.ok) return snapshotOf(result.airlock);
  throw new Unsound(
    from,
    result.problems.map((problem) => ({ ...problem, file: named(problem.file) })),
  );
}

function snapshotIn(path: string, from: string): Snapshot {
  const fix = "name a file that 'airlock diff --json --output FILE' wrote, or a git ref";
  const { size } = statSync(path);
  if (size > LARGEST) throw new GitError(`${from} has ${size} bytes, which no snapshot has: ${fix}`);
  try {
    return snapshotSchema.parse(JSON.parse(readFileSync(path, 'utf8')).snapshot);
  } catch {
    throw new GitError(`${from} holds no snapshot of a configuration: ${fix}`);
  }
}
