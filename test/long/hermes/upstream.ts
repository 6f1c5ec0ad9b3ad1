import type { IncomingMessage, ServerResponse } from 'node:http';
import { gitBackend } from '../../../lab/proxy/programs/internet/git';
import type { PythonArchive } from './python';
import { sha256, type Wheel } from './wheel';

const RELEASES = '/astral-sh/python-build-standalone/releases/download/';
/** Where GitHub keeps the files of releases: under numbers. */
const ASSET = '/github-production-release-asset/1/placeholder';

/** What the installation asks for: git, the releases, and a package index that is a mirror. */
export class Upstream {
  readonly files = new Map<string, Buffer>();
  /** Whether the index says when a file was uploaded: the real one does, many mirrors don't. */
  isDated = false;
  python!: Buffer;
  /** What is wrong with an address, if anything: a status, half of the file, or never an answer. */
  fault!: (url: URL) => number | 'half' | 'silence' | undefined;

  constructor(
    private readonly repositories: string,
    private readonly index: string,
    private readonly archive: PythonArchive,
  ) {
    this.heal();
  }

  /** As it is when nothing is wrong. */
  heal(): void {
    this.python = this.archive.bytes;
    this.fault = () => undefined;
  }

  add(...wheels: readonly Wheel[]): void {
    for (const { file, bytes } of wheels) this.files.set(file, bytes);
  }

  readonly answer = (url: URL, request: IncomingMessage, response: ServerResponse): void => {
    const wrong = this.fault(url);
    const [, part, name = ''] = url.pathname.split('/');
    const bytes =
      part === 'packages' ? this.files.get(name) : url.pathname === ASSET ? this.python : undefined;
    if (wrong === 'silence') return;
    if (typeof wrong === 'number') response.writeHead(wrong).end();
    else if (url.pathname.includes('.git/')) gitBackend(request, response, url, this.repositories);
    else if (url.pathname === RELEASES + this.archive.path) redirect(response);
    else if (bytes) send(request, response, bytes, wrong === 'half');
    else if (url.origin === this.index && part === 'simple') this.list(name, response);
    else response.writeHead(404).end();
  };

  private list(name: string, response: ServerResponse): void {
    const found = [...this.files].filter(([file]) => file.startsWith(`${name}-`));
    const head = { 'content-type': this.isDated ? 'application/vnd.pypi.simple.v1+json' : 'text/html' };
    response.writeHead(found.length === 0 ? 404 : 200, head);
    response.end(this.isDated ? dated(name, this.index, found) : undated(found));
  }
}

type Files = readonly (readonly [file: string, bytes: Buffer])[];

function undated(files: Files): string {
  const links = files.map(
    ([file, bytes]) => `<a href="../../packages/${file}#sha256=${sha256(bytes)}">${file}</a>`,
  );
  return `<!DOCTYPE html><html><body>${links.join('')}</body></html>`;
}

function dated(name: string, index: string, files: Files): string {
  const all = files.map(([filename, bytes]) => ({
    ...{ filename, url: `${index}/packages/${filename}`, size: bytes.length },
    ...{ hashes: { sha256: sha256(bytes) }, 'upload-time': '2026-01-01T00:00:00Z' },
  }));
  return JSON.stringify({ meta: { 'api-version': '1.1' }, name, versions: ['1.0', '2.0'], files: all });
}

function redirect(response: ServerResponse): void {
  const location = `https://release-assets.githubusercontent.com${ASSET}?signed=placeholder`;
  response.writeHead(302, { location }).end();
}

/** The whole, the range that is asked for, or a connection that ends in the middle. */
function send(request: IncomingMessage, response: ServerResponse, bytes: Buffer, isHalf: boolean): void {
  const head = { 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
  if (isHalf) {
    response.writeHead(200, { ...head, 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
    return;
  }
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  if (from === undefined || (from === '' && to === '')) {
    response.writeHead(200, { ...head, 'content-length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
    return;
  }
  const start = from === '' ? bytes.length - Number(to) : Number(from);
  const end = from === '' || to === '' ? bytes.length - 1 : Math.min(Number(to), bytes.length - 1);
  const part = bytes.subarray(start, end + 1);
  const range = { 'content-range': `bytes ${start}-${end}/${bytes.length}`, 'content-length': part.length };
  response.writeHead(206, { ...head, ...range }).end(request.method === 'HEAD' ? undefined : part);
}
