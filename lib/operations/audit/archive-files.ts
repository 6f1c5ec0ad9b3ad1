import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { S3 } from '../../s3';
import type { Aws } from '../aws';

/** The files of the write-once archive: in the bucket, or a copy of them. */
export interface ArchiveFiles {
  readonly names: () => Promise<readonly string[]>;
  readonly read: (name: string) => Promise<Buffer>;
}

/** A box puts files of 4 MiB. */
const MOST_BYTES = 64 * 1024 * 1024;

export function archiveInBucket(aws: Aws, s3: S3, bucket: string, agent: string): ArchiveFiles {
  return {
    names: () =>
      aws.ask('s3:ListBucket', async () => {
        const names: string[] = [];
        for await (const key of s3.list(bucket, `${agent}/`)) names.push(key);
        return names;
      }),
    read: (name) => aws.ask('s3:GetObject', () => s3.get(bucket, name)),
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

/** The lines of all files. Chains come in the order of their first lines' times, as they began. */
export async function* archivedLines({ names, read }: ArchiveFiles): AsyncGenerator<string> {
  const lines = async (name: string) => {
    const bytes = await read(name);
    const text = name.endsWith('.gz') ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes;
    return text.toString('utf8').split('\n').filter(Boolean);
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
