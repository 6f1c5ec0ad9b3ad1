import type { Repository } from './repository';

/** Commits in the stand-in for the repository. */
export interface Commits {
  readonly pinned: string;
  /** Its lock file has a package without a wheel. */
  readonly unbuilt: string;
  /** Its project file requires a package that its lock file lacks. */
  readonly ahead: string;
  /** One of the extras has another name. */
  readonly without: string;
}

/** Publishes all of them, and serves them with one more. */
export function publishCommits(repository: Repository): Commits {
  const pinned = repository.publish({});
  const [lock, project] = [repository.read('uv.lock'), repository.read('pyproject.toml')];
  const variant = (
    of: (lock: string, project: string) => readonly [lock: string, project: string],
  ): string => {
    const [newLock, newProject] = of(lock, project);
    if (newLock === lock && newProject === project) throw new Error('a variant changes nothing');
    return repository.publish({ 'uv.lock': newLock, 'pyproject.toml': newProject });
  };
  const renamed = (text: string) =>
    text.replace(/^messaging = /m, 'chat = ').replaceAll(/(["'])messaging\1/g, '$1chat$1');
  const commits = {
    pinned,
    unbuilt: variant((a, b) => [
      a.replace(/^messaging = \[/m, 'messaging = [\n    { name = "builtlib" },'),
      b,
    ]),
    ahead: variant((a, b) => [a, b.replace('"corelib==1.0"', '"corelib==2.0", "voicelib==1.0"')]),
    without: variant((a, b) => [renamed(a), renamed(b)]),
  };
  const later = { 'hermes_cli/main.py': 'raise SystemExit("a later commit")\n' };
  repository.serve(repository.publish({ ...later, 'uv.lock': lock, 'pyproject.toml': project }));
  return commits;
}
