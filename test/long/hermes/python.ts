import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HERMES } from '../../../constructs/agent-host/runtimes/pinned';
import { sha256 } from './wheel';

export interface PythonArchive {
  /** The interpreter that its programs run. */
  readonly real: string;
  /** Below the releases of python-build-standalone. */
  readonly path: string;
  readonly bytes: Buffer;
  /** For UV_PYTHON_DOWNLOADS_JSON_URL: replaces uv's own list of Python archives. */
  readonly list: string;
}

/**
 * An archive with the layout of CPython that uv expects; its programs run this machine's interpreter, with their own path
 * in AIRLOCK_TEST_PYTHON.
 */
export function pythonArchive(directory: string): PythonArchive {
  const [major, minor, patch] = HERMES.python.split('.').map(Number);
  const real = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
    encoding: 'utf8',
  }).trim();
  const arch = process.arch === 'x64' ? 'x86_64' : 'aarch64';
  const root = join(directory, 'python');
  const lib = join(root, `lib/python${major}.${minor}`);
  mkdirSync(join(root, 'bin'), { recursive: true });
  mkdirSync(lib, { recursive: true });
  for (const name of ['python3', `python${major}.${minor}`]) {
    const program = join(root, 'bin', name);
    writeFileSync(program, `#!/bin/sh\nAIRLOCK_TEST_PYTHON=$0 exec ${real} "$@"\n`);
    chmodSync(program, 0o755);
  }
  // uv writes the directory of the unpacked archive into this file, and requires its first line.
  writeFileSync(
    join(lib, `_sysconfigdata__linux_${arch}-linux-gnu.py`),
    '# system configuration generated and used by the sysconfig module\nbuild_time_vars = {"prefix": "/install"}\n',
  );
  execFileSync('tar', ['-czf', 'python.tar.gz', 'python'], { cwd: directory });
  const bytes = readFileSync(join(directory, 'python.tar.gz'));
  const path = `20261110/cpython-${HERMES.python}%2B20261110-${arch}-unknown-linux-gnu-install_only_stripped.tar.gz`;
  const list = join(directory, 'pythons.json');
  const entry = {
    ...{ name: 'cpython', arch: { family: arch, variant: null }, os: 'linux', libc: 'gnu' },
    ...{ major, minor, patch, prerelease: '', variant: null, build: '20261110' },
    url: `https://github.com/astral-sh/python-build-standalone/releases/download/${path}`,
    sha256: sha256(bytes),
  };
  writeFileSync(list, JSON.stringify({ [`cpython-${HERMES.python}-linux-${arch}-gnu`]: entry }));
  return { real, path, bytes, list };
}
