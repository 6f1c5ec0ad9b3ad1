import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RUNTIMES, type Runtime } from '../../constructs/agent-host/runtimes';
import { packageRoot } from '../../constructs/package-root';
import { readConfigFiles } from '../config/config-files';
import { readLocks } from '../config/locks';
import { IRON_PROXY } from '../pinned-versions';
import { printableLines } from '../printable';
import type { Context } from './context';
import { configOf } from './options';
import { printJson } from './respond';

/** This kit's version, from its own package.json. */
export function version(): string {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version;
}

/** What a machine of this configuration runs, and who pinned it. */
interface Pinned {
  readonly airlock: string;
  /** `pinned` is what software.lock.json names; without it, the version that `airlock software pin` takes by default. */
  readonly ironProxy: { readonly version: string; readonly pinned: boolean };
  /** Release of Amazon Linux that proxy boxes upgrade to; null until `airlock images pin` has written it. */
  readonly amazonLinux: string | null;
  /** Lines of images.lock.json: one for each pinned machine. */
  readonly images: number;
  /** An unreadable lock file pins nothing here. */
  readonly locks: 'sound' | 'unreadable';
  readonly runtimes: Readonly<Record<string, string | null>>;
}

/** The versions that the kit and a configuration pin. A configuration that isn't there, or is unsound, pins nothing. */
function pinnedVersions(directory: string): Pinned {
  const files = readConfigFiles(directory);
  const { locks, problems } = readLocks(files);
  const broken = problems.length > 0 || files.problems.some(({ file }) => file.endsWith('.lock.json'));
  const release = locks.ironProxy?.version;
  return {
    airlock: version(),
    ironProxy: { version: release ?? IRON_PROXY.version, pinned: release !== undefined },
    amazonLinux: locks.amazonLinux?.release ?? null,
    images: locks.images.length,
    locks: broken ? 'unreadable' : 'sound',
    runtimes: Object.fromEntries(
      Object.entries<Runtime>(RUNTIMES).map(([name, runtime]) => [name, runtime.version ?? null]),
    ),
  };
}

function versionLines({ airlock, ironProxy, amazonLinux, images, locks, runtimes }: Pinned): string[] {
  const known = Object.entries(runtimes).flatMap(([name, pinned]) => (pinned ? [`${name} ${pinned}`] : []));
  return [
    `airlock ${airlock}`,
    `iron-proxy ${ironProxy.version}${ironProxy.pinned ? '' : ' (not pinned yet: airlock software pin)'}`,
    `Amazon Linux ${amazonLinux ?? '(not pinned yet: airlock images pin)'}`,
    `images of ${images} ${images === 1 ? 'machine' : 'machines'} pinned`,
    `runtimes ${known.join(', ')}`,
    ...(locks === 'sound' ? [] : ["The lock files can't be read: 'airlock check' says why."]),
  ];
}

/** What `--version` prints, as text or with `--json`. */
export function printVersion(context: Context): void {
  const { terminal, json } = context;
  const pinned = pinnedVersions(configOf(context, {}));
  if (json) printJson(context, pinned);
  else terminal.stdout(`${printableLines(versionLines(pinned).join('\n'))}\n`);
}
