import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Why there is nothing to compare with, in one sentence and with a remedy. */
export class GitError extends Error {}

/** The files that the loader reads. */
const FILES = /^(airlock\.ya?ml|(images|software)\.lock\.json|(agents|presets)\/[^/\\]+)$/;
const LARGEST = 1024 * 1024;

/** Where the default branch may be, the team's first. */
const DEFAULT_BRANCHES = [
  'refs/remotes/origin/HEAD',
  'refs/remotes/origin/main',
  'refs/remotes/origin/master',
  'refs/heads/main',
  'refs/heads/master',
];

export interface Commit {
  readonly id: string;
  /** As a person would call it. */
  readonly name: string;
}

/** Reads the repository that a configuration directory lies in. Nothing in the work tree or the repository changes. */
export class Repository {
  private readonly env: NodeJS.ProcessEnv;

  /** @param directory the configuration directory */
  constructor(
    private readonly directory: string,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    // No request to a server (partial clones), no prompt, and messages in English.
    // Git sets these for hooks, relative to another directory.
    const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_PREFIX: _prefix, ...rest } = env;
    this.env = {
      ...rest,
      GIT_NO_LAZY_FETCH: '1',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      LC_ALL: 'C',
    };
  }

  /** @param ref hostile: it names a commit or nothing, and is never an option */
  commit(ref: string): Commit {
    const id = this.find(ref);
    if (id === undefined) {
      this.git(['rev-parse', '--git-dir']);
      throw new GitError(
        ref === 'HEAD'
          ? 'this git repository has no commit yet: commit the configuration, or name a file or a directory with --from'
          : `git knows no commit "${ref}": name a branch, a tag, a commit, or a file that exists`,
      );
    }
    return { id, name: ref };
  }

  /** Where this branch left the default branch: what a pull request would be compared with. */
  mergeBase(): Commit {
    const head = this.commit('HEAD');
    const branch = DEFAULT_BRANCHES.find((ref) => this.find(ref) !== undefined);
    const isShallow = this.git(['rev-parse', '--is-shallow-repository']).trim() === 'true';
    if (branch === undefined && !isShallow) return head;
    const base = branch === undefined ? undefined : this.run(['merge-base', 'HEAD', branch]);
    const named = branch?.replace(/^refs\/(remotes|heads)\//, '') ?? 'a default branch';
    if (!base?.ok) {
      throw new GitError(
        `this clone has no commit in common with ${named}: fetch more history, or name one with --from`,
      );
    }
    const id = idOf(base.text);
    return { id, name: id === head.id ? 'HEAD' : `${id.slice(0, 10)}, the merge base with ${named}` };
  }

  /** Writes the configuration directory of a commit below `target`; false when the commit has none. */
  checkOut({ id, name }: Commit, target: string): boolean {
    const entries = this.git(['ls-tree', '-r', '-z', '-l', id]).split('\0').filter(Boolean);
    const files = entries.flatMap((entry) => {
      const [, mode, oid, size, path = ''] = /^(\d+) \w+ ([0-9a-f]+) +(\S+)\t(.*)$/s.exec(entry) ?? [];
      return FILES.test(path) ? [{ mode, oid: oid ?? '', size: Number(size), path }] : [];
    });
    for (const { mode, oid, size, path } of files) {
      if (!mode?.startsWith('100'))
        throw new GitError(`${path} of ${name} is a link: compare with a commit that has the file itself`);
      if (!(size <= LARGEST)) throw new GitError(`${path} of ${name} is larger than ${LARGEST} bytes`);
      const file = join(target, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, this.bytes(['cat-file', 'blob', oid]));
    }
    return files.length > 0;
  }

  private find(ref: string): string | undefined {
    const { ok, text } = this.run([
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${ref}^{commit}`,
    ]);
    return ok ? idOf(text) : undefined;
  }

  private git(args: readonly string[]): string {
    return this.bytes(args).toString('utf8');
  }

  private bytes(args: readonly string[]): Buffer {
    const { ok, bytes, why } = this.run(args);
    if (ok) return bytes;
    throw new GitError(`git can't read the repository of ${this.directory}: ${why}`);
  }

  private run(args: readonly string[]) {
    const { status, stdout, stderr, error } = spawnSync('git', args, {
      cwd: this.directory,
      env: this.env,
      maxBuffer: 64 * LARGEST,
      timeout: 60_000,
    });
    const missing =
      (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
        ? 'git is not installed'
        : error?.message;
    const why = missing ?? (stderr?.toString('utf8').split('\n')[0] || 'it gives no reason');
    return { ok: status === 0, bytes: stdout ?? Buffer.alloc(0), text: stdout?.toString('utf8') ?? '', why };
  }
}

/** @throws when git prints anything else than one object's name */
function idOf(text: string): string {
  const [id] = /^[0-9a-f]{40,64}$/.exec(text.trim()) ?? [];
  if (id === undefined) throw new GitError('git answered with something that is no commit');
  return id;
}
