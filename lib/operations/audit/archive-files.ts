import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { S3 } from '../../s3';
import type { Aws } from '../aws';

/** The files of the write-once archive: in the bucket, or a copy of them. */
export interface ArchiveFiles {
  readonly names: () => Promise<readonly string[]>;
  /** Undefined for a file that no gate's records are in: whoever owns a box can put one, and nobody can take it out. */
  readonly read: (name: string) => Promise<Buffer | undefined>;
}

/** A box puts files of 4 MiB. */
const MOST_BYTES = 64 * 1024 * 1024;
/** As a box names them. */
const KEY = /^[a-z0-9-]+\/[0-9a-f]{12}\/(?:[0-9a-f]{12}|unlinked)\/[0-9-]{15,31}\.jsonl\.gz$/;
/** S3's answers about the file alone, such as to a key of the box's own for it. */
const OF_THE_FILE = ['EntityTooLarge', 'InvalidRequest'];

export function archiveInBucket(aws: Aws, s3: S3, bucket: string, agent: string): ArchiveFiles {
  return {
    names: () =>
      aws.ask('s3:ListBucket', async () => {
        const names: string[] = [];
        for await (const key of s3.list(bucket, `${agent}/`)) names.push(key);
        return names;
      }),
    read: (name) =>
      aws.ask('s3:GetObject', async () => {
        if (!KEY.test(name)) return undefined;
        return s3.get(bucket, name, MOST_BYTES).catch((error) => {
          if (OF_THE_FILE.includes(error.name)) return undefined;
          throw error;
        });
      }),
  };
}

/** @param path a file, or a directory with what the bucket has below the agent's name */
export function archiveOnDisk(path: string): ArchiveFiles {
  return {
    names: async () => {
      if (!(await stat(path)).isDirectory()) return [path];
      const files = await readdir(path, { recursive: true, withFileTypes: true });
      return files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name));
    },
    read: (name) => readFile(name),
  };
}

/**
 * The lines of all files; of one that can't be read, a line that no gate wrote. Chains come in the order of their first lines'
 * times, as they began.
 */
export async function* archivedLines({ names, read }: ArchiveFiles): AsyncGenerator<string> {
  const lines = async (name: string) => {
    const bytes = unpacked(name, await read(name));
    return bytes?.toString('utf8').split('\n').filter(Boolean) ?? [`not of a gate: ${name}`];
  };
  const chains = new Map<string, string[]>();
  for (const name of [...(await names())].sort()) {
    const chain = dirname(name);
    chains.set(chain, [...(chains.get(chain) ?? []), name]);
  }
  const began: { readonly time: string; readonly files: readonly string[] }[] = [];
  for (const files of chains.values()) {
    const [first = ''] = await lines(files[0] as string);
    began.push({ time: /"time":"([^"]+)"/.exec(first)?.[1] ?? '', files });
  }
  for (const { files } of began.sort((one, other) => (one.time < other.time ? -1 : 1)))
    for (const file of files) yield* await lines(file);
}

function unpacked(name: string, bytes: Buffer | undefined): Buffer | undefined {
  if (bytes === undefined || !name.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch {
    return undefined;
  }
}
