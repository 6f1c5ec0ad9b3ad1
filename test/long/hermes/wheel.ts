import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';

/** A file of a package index. */
export interface Wheel {
  readonly file: string;
  readonly bytes: Buffer;
}

/** A wheel with one module that has its version: `import <name>; <name>.VERSION`. */
export function wheel(
  name: string,
  version: string,
  requires: readonly string[] = [],
  says = version,
): Wheel {
  const info = `${name}-${version}.dist-info`;
  const files = {
    [`${name}.py`]: `VERSION = ${JSON.stringify(says)}\n`,
    [`${info}/METADATA`]: metadata(name, version, requires),
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  };
  const record = Object.entries(files).map(
    ([path, text]) =>
      `${path},sha256=${createHash('sha256').update(text).digest('base64url')},${text.length}\n`,
  );
  const all = { ...files, [`${info}/RECORD`]: `${record.join('')}${info}/RECORD,,\n` };
  const zipped = zipSync(
    Object.fromEntries(Object.entries(all).map(([path, text]) => [path, strToU8(text)])),
    { mtime: new Date('2026-01-01T12:00:00') },
  );
  return { file: `${name}-${version}-py3-none-any.whl`, bytes: Buffer.from(zipped) };
}

/** The source of a package without a wheel: building it creates the file `mark`. */
export function source(directory: string, name: string, version: string, mark: string): Wheel {
  const root = join(directory, `${name}-${version}`);
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'PKG-INFO'), metadata(name, version));
  writeFileSync(join(root, 'pyproject.toml'), BUILD);
  writeFileSync(join(root, 'backend.py'), `open(${JSON.stringify(mark)}, "w").close()\n`);
  const file = `${name}-${version}.tar.gz`;
  execFileSync('tar', ['-czf', file, basename(root)], { cwd: directory });
  return { file, bytes: readFileSync(join(directory, file)) };
}

const BUILD = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n';

const metadata = (name: string, version: string, requires: readonly string[] = []) =>
  `Metadata-Version: 2.2\nName: ${name}\nVersion: ${version}\n${requires.map((each) => `Requires-Dist: ${each}\n`).join('')}`;

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
