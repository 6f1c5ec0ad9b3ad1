import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const RELEASES = {
  /** What the box runs at first. */
  old: '2023.9.20251105',
  sound: '2023.10.20260202',
  /** A package of it takes the place of another. */
  replacing: '2023.10.20260204',
  /** A package of it refuses to be installed, after others were. */
  refusing: '2023.10.20260203',
  /** Nobody publishes it. */
  absent: '2023.10.20260209',
} as const;

const NEEDED = ['nodejs22', 'amazon-cloudwatch-agent'];

/** Repositories of tiny packages, one a release, each with what came before in it, as Amazon's are. */
export function makeRepositories(directory: string): void {
  const { old, sound, replacing, refusing } = RELEASES;
  const build = (release: string, ...specs: Spec[]) => {
    const repository = join(directory, 'repositories', release);
    mkdirSync(repository, { recursive: true });
    if (release !== old) cpSync(join(directory, 'repositories', old), repository, { recursive: true });
    for (const spec of specs) buildPackage(directory, repository, spec);
    execFileSync('createrepo_c', ['--quiet', repository]);
  };
  build(old, systemRelease(old), needed('1'), needed('1', 1), { name: 'library', version: '1' });
  build(
    sound,
    systemRelease(sound),
    needed('2'),
    needed('2', 1),
    // Slow when it is told to be, so that it can be cut off.
    { name: 'library', version: '2', after: "if posix.stat('/slow') then posix.sleep(30) end" },
  );
  build(replacing, systemRelease(replacing), needed('2'), needed('2', 1), {
    name: 'newer-library',
    version: '2',
    tags: ['Obsoletes: library', 'Provides: library = 2'],
  });
  build(refusing, systemRelease(refusing), needed('3'), needed('3', 1), {
    name: 'library',
    version: '3',
    before: "error('refuses')",
  });
}

interface Spec {
  readonly name: string;
  readonly version: string;
  readonly tags?: readonly string[];
  /** Lua, which needs no shell in the box. */
  readonly before?: string;
  readonly after?: string;
  /** Path and text of its one file. @default a file of its name that holds its version */
  readonly file?: readonly [path: string, text: string];
}

function needed(version: string, index = 0): Spec {
  return { name: NEEDED[index] as string, version, tags: ['Requires: library'] };
}

function systemRelease(release: string): Spec {
  return {
    name: 'system-release',
    version: release,
    tags: [`Provides: system-release(releasever) = ${release}`],
    file: ['/etc/os-release', `PRETTY_NAME="Amazon Linux ${release}"`],
  };
}

function buildPackage(directory: string, repository: string, spec: Spec): void {
  const { name, version, tags = [], before, after, file } = spec;
  const [path, text] = file ?? [`/usr/share/${name}`, version];
  const source = join(directory, `${name}.spec`);
  const lines = [
    `Name: ${name}`,
    `Version: ${version}`,
    'Release: 1',
    'Summary: For a test',
    'License: none',
    'BuildArch: noarch',
    ...tags,
    '%description',
    'For a test.',
    '%install',
    `mkdir -p "%{buildroot}$(dirname ${path})"`,
    `echo '${text}' >"%{buildroot}${path}"`,
    ...(before ? ['%pre -p <lua>', before] : []),
    ...(after ? ['%post -p <lua>', after] : []),
    '%files',
    path,
  ];
  writeFileSync(source, `${lines.join('\n')}\n`);
  const top = join(directory, 'build');
  execFileSync('rpmbuild', ['--quiet', '-bb', '--define', `_topdir ${top}`, source], { stdio: 'pipe' });
  for (const built of readdirSync(join(top, 'RPMS/noarch')))
    if (built.startsWith(`${name}-${version}-`))
      cpSync(join(top, 'RPMS/noarch', built), join(repository, built));
}
