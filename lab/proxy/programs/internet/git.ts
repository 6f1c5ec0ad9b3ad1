import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { decodedPath } from '../../plan/records';

/** Git's own HTTP server (git-http-backend, a CGI program): it serves repositories, and accepts no push. */
export function gitBackend(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  directory: string,
): void {
  const path = decodedPath(url.pathname);
  // No environment can hold it.
  if (path.includes('\0')) return void response.writeHead(400).end();
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: directory,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'safe.directory',
      GIT_CONFIG_VALUE_0: '*',
      REQUEST_METHOD: request.method,
      PATH_INFO: path,
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  let head = Buffer.alloc(0);
  let started = false;
  child.stdout.on('data', (chunk: Buffer) => {
    if (started) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    started = true;
    const fields = head.subarray(0, end).toString('latin1').split('\r\n');
    for (const field of fields) {
      const [name = '', value = ''] = field.split(/: (.*)/);
      if (name.toLowerCase() === 'status') response.statusCode = Number(value.slice(0, 3));
      else response.setHeader(name, value);
    }
    response.write(head.subarray(end + 4));
  });
  child.on('close', () => response.end());
  child.on('error', () => response.writeHead(500).end());
}

/** A bare repository with one commit, at `<directory>/<owner>/<name>.git`. */
export function makeRepository(directory: string, repository: string): void {
  const bare = join(directory, `${repository}.git`);
  const work = join(directory, 'work', repository);
  mkdirSync(work, { recursive: true });
  const git = (...words: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=lab', '-c', 'user.email=lab@example.com', '-c', 'commit.gpgsign=false', ...words],
      {
        cwd: work,
        stdio: 'ignore',
        env: { PATH: process.env.PATH, HOME: work },
      },
    );
  git('init', '--initial-branch=main');
  writeFileSync(join(work, 'README.md'), 'A repository of the lab.\n');
  git('add', '.');
  git('commit', '--message', 'A file');
  git('clone', '--bare', work, bare);
}
