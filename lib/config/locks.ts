import type { ConfigFiles } from './config-files';
import type { Baseline, PinnedImage, PinnedRelease, PinnedZone, Problem } from './model';
import { baselinesLockSchema, imagesLockSchema, softwareLockSchema } from './schema/lock-schema';
import { reader } from './schema/read';
import { type Path, problemAt, type Source } from './source/source';
import { checkZone } from './values/region';

export interface Locks {
  readonly images: readonly PinnedImage[];
  readonly zones: readonly PinnedZone[];
  readonly amazonLinux?: { readonly release: string };
  readonly ironProxy?: PinnedRelease;
  /** By agent. */
  readonly baselines: Readonly<Record<string, Baseline>>;
}

const readImages = reader(imagesLockSchema);
const readSoftware = reader(softwareLockSchema);
const readBaselines = reader(baselinesLockSchema);

/** Parses the lock files that exist. Commands write them. */
export function readLocks(files: ConfigFiles): { readonly locks: Locks; readonly problems: Problem[] } {
  const images = files.images && readImages(files.images);
  const software = files.software && readSoftware(files.software);
  const baselines = files.baselines && readBaselines(files.baselines);
  const { images: lines = [], zones = [], amazonLinux } = images?.value ?? {};
  const release = software?.value?.ironProxy;
  return {
    locks: {
      zones,
      baselines: baselines?.value?.agents ?? {},
      images: lines.map(({ name: _name, pinned: _pinned, ...image }) => image),
      ...(amazonLinux && { amazonLinux }),
      ...(release && {
        ironProxy: { version: release.version, url: release.url, sha256: release.sha256 },
      }),
    },
    problems: [
      ...(images?.problems ?? []),
      ...(software?.problems ?? []),
      ...(baselines?.problems ?? []),
      ...(files.images ? [...twice(files.images, lines), ...wrongZones(files.images, zones)] : []),
    ],
  };
}

function twice(source: Source, images: readonly PinnedImage[]): Problem[] {
  const keys = images.map(({ agent, machine, region }) => [agent, machine, region].join());
  return images.flatMap(({ agent, machine, region }, index) =>
    keys.indexOf(keys[index] as string) === index
      ? []
      : [again(source, ['images', index], `pins the ${machine} of "${agent}" in ${region} a second time`)],
  );
}

function wrongZones(source: Source, zones: readonly PinnedZone[]): Problem[] {
  return zones.flatMap(({ region, zone }, index) => {
    const finding = checkZone(zone, region);
    if (finding) return [problemAt({ source, path: ['zones', index, 'zone'] }, finding)];
    return zones.findIndex((line) => line.region === region) === index
      ? []
      : [again(source, ['zones', index], `pins a zone of ${region} a second time`)];
  });
}

function again(source: Source, path: Path, message: string): Problem {
  return problemAt({ source, path }, { message, fix: 'remove one of the two lines' });
}
