import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { fetchRelease } from '../../../lib/operations/pin-software';
import { IRON_PROXY } from '../../../lib/pinned-versions';
import { labFile } from '../../host/files';
import { findProgram } from '../../host/requirements';
import type { Release } from '../plan/internet-role';

const run = promisify(execFile);
const MODULE = 'github.com/ironsh/iron-proxy/cmd/iron-proxy';

/** The program that runs as iron-proxy on the proxy boxes. */
export interface ProxyProgram {
  /** `stand-in`: a program of this kit that does what is known of iron-proxy; it shows nothing about iron-proxy itself. */
  readonly kind: 'iron-proxy' | 'stand-in';
  /** What `version` prints. */
  readonly version: string;
  /** Where it came from, for the report. */
  readonly origin: string;
  readonly release: Release;
}

export type ProxyProgramResult =
  | { readonly ok: true; readonly program: ProxyProgram }
  | { readonly ok: false; readonly message: string };

export interface ProxyProgramOptions {
  /** Path of an iron-proxy. @default looked for */
  readonly ironProxy?: string;
  /** Public key of iron-proxy's releases. With it, a release is downloaded and verified. */
  readonly keyFile?: string;
  /** Uses the stand-in, whatever else is there. */
  readonly standIn?: boolean;
  /** The caller's search path. */
  readonly path: string;
  /** The caller's environment, for Go's own settings. @default none */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A directory of this run's own. */
  readonly scratch: string;
}

/**
 * Finds the program for the proxy boxes. The first that works:
 *
 * 1. the binary that was named;
 * 2. an iron-proxy on the search path;
 * 3. a release, verified with the given key;
 * 4. `go install`, which Go verifies with its checksum database;
 * 5. the stand-in, built from this kit's source.
 */
export async function findProxyProgram(options: ProxyProgramOptions): Promise<ProxyProgramResult> {
  const tried: string[] = [];
  if (options.standIn !== true) {
    for (const look of [given, onPath, released, byGo]) {
      const found = await look(options);
      if (found === undefined) continue;
      if ('file' in found) return packed(found.file, 'iron-proxy', found.origin, options.scratch);
      if (found.final) return { ok: false, message: found.why };
      tried.push(found.why);
    }
  }
  return standIn(options, tried);
}

type Found =
  | { readonly file: string; readonly origin: string }
  | { readonly why: string; readonly final?: boolean }
  | undefined;

async function given({ ironProxy }: ProxyProgramOptions): Promise<Found> {
  if (ironProxy === undefined) return undefined;
  if (!existsSync(ironProxy))
    return { why: `no program at ${ironProxy}: name the iron-proxy binary`, final: true };
  const sha256 = createHash('sha256').update(readFileSync(ironProxy)).digest('hex');
  return { file: ironProxy, origin: `given by its path, sha256 ${sha256.slice(0, 16)}` };
}

async function onPath({ path }: ProxyProgramOptions): Promise<Found> {
  const file = findProgram('iron-proxy', path);
  return file === undefined ? { why: 'none on the search path' } : { file, origin: 'on the search path' };
}

async function released({ keyFile, scratch }: ProxyProgramOptions): Promise<Found> {
  if (keyFile === undefined) return { why: 'no key given to verify a release' };
  const platform = { x64: 'amd64', arm64: 'arm64' }[arch() as string];
  const name = IRON_PROXY.archiveFile.replace('arm64', platform ?? arch());
  const fetched = await fetchRelease({ keyFile }, name);
  if (fetched.reason !== 'fetched') return { why: `${fetched.message}: ${fetched.fix}`, final: true };
  const archive = join(scratch, 'release.tar.gz');
  writeFileSync(archive, fetched.archive, { mode: 0o600 });
  await run('tar', ['-xzf', archive, '-C', scratch, '--no-same-owner', 'iron-proxy']);
  return { file: join(scratch, 'iron-proxy'), origin: fetched.release.url };
}

async function byGo({ path, scratch, env }: ProxyProgramOptions): Promise<Found> {
  const go = findProgram('go', path);
  if (go === undefined) return { why: 'no Go to build it with' };
  const bin = join(scratch, 'go-bin');
  try {
    await run(go, ['install', `${MODULE}@v${IRON_PROXY.version}`], {
      env: {
        PATH: `${dirname(go)}:/usr/bin:/bin`,
        HOME: scratch,
        GOBIN: bin,
        GOFLAGS: '-modcacherw',
        ...goSettings(go, env),
      },
      timeout: 300_000,
    });
    return { file: join(bin, 'iron-proxy'), origin: `${MODULE}@v${IRON_PROXY.version}` };
  } catch (error) {
    return { why: `Go could not have ${MODULE}@v${IRON_PROXY.version} (${lastLine(error)})` };
  }
}

async function standIn(options: ProxyProgramOptions, tried: readonly string[]): Promise<ProxyProgramResult> {
  const because = tried.length === 0 ? 'asked for' : `no iron-proxy could be found here: ${tried.join('; ')}`;
  const go = findProgram('go', options.path);
  if (go === undefined) {
    return {
      ok: false,
      message: `no iron-proxy for the proxy boxes (${because}), and no Go to build the stand-in: install Go 1.26, or name a binary with --iron-proxy`,
    };
  }
  const source = labFile('proxy', 'stand-in');
  const file = join(options.scratch, 'stand-in');
  try {
    await run(go, ['build', '-trimpath', '-o', file, '.'], {
      cwd: source,
      env: { PATH: `${dirname(go)}:/usr/bin:/bin`, CGO_ENABLED: '0', ...goSettings(go, options.env) },
      timeout: 300_000,
    });
  } catch (error) {
    return { ok: false, message: `the stand-in can't be built: ${lastLine(error)} (${because})` };
  }
  return packed(file, 'stand-in', because, options.scratch);
}

/** Go's settings on this machine: where modules and caches are. */
function goSettings(go: string, env: ProxyProgramOptions['env'] = {}): Record<string, string> {
  const names = ['GOPROXY', 'GONOSUMDB', 'GOSUMDB', 'GOCACHE', 'GOMODCACHE', 'GOROOT'];
  return JSON.parse(
    execFileSync(go, ['env', '-json', ...names], { encoding: 'utf8', timeout: 30_000, env: { ...env } }),
  );
}

/** Packs the program as a release, which warden then downloads and verifies. */
async function packed(
  file: string,
  kind: ProxyProgram['kind'],
  origin: string,
  scratch: string,
): Promise<ProxyProgramResult> {
  let version: string;
  try {
    version = (
      await run(file, ['version'], { env: { PATH: '/usr/bin:/bin' }, timeout: 15_000 })
    ).stdout.trim();
  } catch (error) {
    return { ok: false, message: `${file} does not run here: ${lastLine(error)}` };
  }
  const directory = join(scratch, 'pack');
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'iron-proxy'), readFileSync(file), { mode: 0o755 });
  const archive = join(scratch, 'iron-proxy.tar.gz');
  await run('tar', ['-czf', archive, '-C', directory, 'iron-proxy']);
  const name = version.replace(/^v/, '');
  const url = `${IRON_PROXY.releaseUrl.replace('{version}', name)}/iron-proxy_${name}.tar.gz`;
  const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex');
  return {
    ok: true,
    program: { kind, version, origin, release: { version: name, url, sha256, file: archive } },
  };
}

function lastLine(error: unknown): string {
  const { stderr = '', message = '' } = error as { stderr?: string; message?: string };
  return (stderr || message).trim().split('\n').at(-1)?.trim().slice(0, 200) ?? '';
}
