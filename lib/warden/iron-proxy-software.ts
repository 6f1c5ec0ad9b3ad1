import { join } from 'node:path';
import type { BoxManifest } from '../../constructs/proxy/box-manifest';
import type { Host } from './host';
import { prune } from './prune';
import { type Reason, reason } from './reason';
import { type State, saveState } from './state';

type Release = NonNullable<BoxManifest['ironProxy']>;

export type Placed =
  /** `directory` is what `current` should point to. */
  { readonly ok: true; readonly directory: string } | { readonly ok: false; readonly reason: Reason };

/** A file beside the binary that holds the digest of its archive. */
const ORIGIN = 'archive.sha256';
const BINARY = 'iron-proxy';

/** Fetches, verifies and unpacks a release beside the others; nothing runs it yet. */
export async function placeIronProxy(host: Host, release: Release): Promise<Placed> {
  const directory = `${release.version}-${release.sha256.slice(0, 12)}`;
  const place = join(host.paths.ironProxy, directory);
  if ((await host.read(join(place, ORIGIN))) === release.sha256) return { ok: true, directory };
  const scratch = await host.scratch(host.paths.ironProxy);
  try {
    const archive = join(scratch, 'archive.tar.gz');
    await host.download(release.url, archive);
    const digest = await host.sha256(archive);
    if (digest !== release.sha256)
      return unavailable(`the archive's digest is ${digest}, ${release.sha256} is pinned`);
    await unpack(host, archive, scratch);
    await host.remove(archive);
    const said = await versionOf(host, join(scratch, BINARY));
    if (said !== release.version) return unavailable(`it says it is "${said}", ${release.version} is pinned`);
    await host.write(join(scratch, ORIGIN), release.sha256, { mode: 0o644 });
    await host.place(scratch, place);
    return { ok: true, directory };
  } catch (error) {
    return unavailable(error instanceof Error ? error.message : 'unknown error');
  } finally {
    await host.remove(scratch);
  }
}

/** Unpacks only the one member of the archive, and refuses it when it is a link. */
async function unpack(host: Host, archive: string, scratch: string): Promise<void> {
  const { status, output } = await host.run({
    file: 'tar',
    arguments: ['-xzf', archive, '-C', scratch, '--no-same-owner', '--no-same-permissions', BINARY],
    timeoutSeconds: 120,
  });
  if (status !== 0) throw new Error(`the archive holds no ${BINARY}: ${output}`);
  const binary = join(scratch, BINARY);
  if ((await host.size(binary)) === undefined)
    throw new Error(`${BINARY} in the archive is not a plain file`);
  await host.run({ file: 'chmod', arguments: ['0755', scratch, binary], timeoutSeconds: 10 });
}

async function versionOf(host: Host, binary: string): Promise<string> {
  const { status, output } = await host.run({
    file: binary,
    arguments: ['version'],
    timeoutSeconds: 15,
    user: 'iron-proxy',
  });
  return status === 0 ? output.trim().replace(/^v/, '').slice(0, 64) : `status ${status}`;
}

function unavailable(detail: string): Placed {
  return { ok: false, reason: reason('iron-proxy-unavailable', detail) };
}

/**
 * Switches `current`. It saves what to go back to before that, so the next pass knows that this release has not yet been
 * healthy, whatever happens in between.
 */
export async function switchTo(host: Host, state: State, sha256: string, directory: string): Promise<State> {
  const present = await host.readLink(host.paths.ironProxyCurrent);
  if (present === directory) {
    if (state.trying === undefined) await prune(host, host.paths.ironProxy, [directory]);
    return state;
  }
  // The first release has no predecessor: warden tries it until it works.
  const next = present === undefined ? state : { ...state, trying: { sha256, previous: present } };
  await saveState(host, state, next);
  await host.link(host.paths.ironProxyCurrent, directory);
  return next;
}

/** Points `current` back to the release before. If that one works, the new one was at fault. */
export async function goBack(host: Host, { trying }: State): Promise<void> {
  if (trying !== undefined) await host.link(host.paths.ironProxyCurrent, trying.previous);
}

/** Ends a trial. @param bad Whether the new release failed and the one before it works. */
export async function conclude(host: Host, state: State, bad: boolean): Promise<State> {
  const { trying, ...rest } = state;
  const next: State = bad && trying !== undefined ? { ...rest, badIronProxy: trying.sha256 } : rest;
  await saveState(host, state, next);
  return next;
}
