import { createReadStream, statSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { ServedFile, Serving } from '../../plan/cells';

/** Serves a file of a release or a mirror, or fails as asked. */
export function sendFile(response: ServerResponse, { file, other }: ServedFile, serving: Serving): void {
  if (serving === 'missing') return void response.writeHead(404).end('not here\n');
  if (serving === 'refused') return void response.writeHead(403).end('not yours\n');
  const sent = serving === 'another' && other !== undefined ? other : file;
  const { size } = statSync(sent);
  response.setHeader('content-length', size);
  if (serving !== 'cut') return void createReadStream(sent).pipe(response);
  createReadStream(sent, { end: Math.floor(size / 2) })
    .on('end', () => response.destroy())
    .pipe(response, { end: false });
}
