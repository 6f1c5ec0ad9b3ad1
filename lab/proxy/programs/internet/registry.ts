import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

/** The one package of the lab's npm mirrors. */
export const PACKAGE = { name: 'lab-package', version: '1.0.0' } as const;

let archive: Buffer | undefined;

/** The part of an npm registry that an install needs: the package's document and its archive. */
export function registry(response: ServerResponse, base: string, path: string, scratch: string): void {
  const bytes = tarball(scratch);
  const file = `${PACKAGE.name}-${PACKAGE.version}.tgz`;
  if (path === PACKAGE.name) {
    const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
    const manifest = { ...PACKAGE, dist: { tarball: `${base}/${PACKAGE.name}/-/${file}`, integrity } };
    const body = JSON.stringify({
      name: PACKAGE.name,
      'dist-tags': { latest: PACKAGE.version },
      versions: { [PACKAGE.version]: manifest },
    });
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  } else if (path === `${PACKAGE.name}/-/${file}`) {
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
  } else {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not in the lab"}');
  }
}

function tarball(scratch: string): Buffer {
  if (archive !== undefined) return archive;
  const directory = join(scratch, 'npm');
  mkdirSync(join(directory, 'package'), { recursive: true });
  writeFileSync(join(directory, 'package', 'package.json'), JSON.stringify(PACKAGE));
  execFileSync('tar', ['-czf', 'package.tgz', 'package'], { cwd: directory });
  archive = readFileSync(join(directory, 'package.tgz'));
  return archive;
}
