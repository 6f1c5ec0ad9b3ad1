import type { z } from 'zod';
import type { ConfigFiles } from './config-files';
import type { PinnedImage, PinnedRelease, PinnedZone, Problem } from './model';
import { imagesLockSchema, softwareLockSchema } from './schema/lock-schema';
import { schemaProblems } from './schema/schema-problems';
import { problemAt, type Source } from './source/source';

export interface Locks {
  readonly images: readonly PinnedImage[];
  readonly zones: readonly PinnedZone[];
  readonly amazonLinux?: { readonly release: string };
  readonly ironProxy?: PinnedRelease;
}

/** The lock files, if they are there: written by commands, read like everything else. */
export function readLocks(files: ConfigFiles, problems: Problem[]): Locks {
  const { images = [], zones = [], amazonLinux } = read(imagesLockSchema, files.images, problems) ?? {};
  const ironProxy = read(softwareLockSchema, files.software, problems)?.ironProxy;
  for (const [index, image] of images.entries()) {
    const key = (line: PinnedImage) => [line.agent, line.machine, line.region].join();
    if (files.images && images.findIndex((line) => key(line) === key(image)) !== index) {
      const place = { source: files.images, path: ['images', index] };
      const message = `pins the ${image.machine} of "${image.agent}" in ${image.region} a second time`;
      problems.push(problemAt(place, { message, fix: 'remove one of the two lines' }));
    }
  }
  return {
    zones,
    images: images.map(({ name: _name, pinned: _pinned, ...image }) => image),
    ...(amazonLinux && { amazonLinux }),
    ...(ironProxy
      ? { ironProxy: { version: ironProxy.version, url: ironProxy.url, sha256: ironProxy.sha256 } }
      : {}),
  };
}

function read<T extends z.ZodType>(
  schema: T,
  source: Source | undefined,
  problems: Problem[],
): z.output<T> | undefined {
  if (!source) {
    return undefined;
  }
  problems.push(...schemaProblems(schema, source));
  const parsed = schema.safeParse(source.value);
  return parsed.success ? parsed.data : undefined;
}
