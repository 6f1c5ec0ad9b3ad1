import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { groupId } from './accounts';
import type { FileSize, Space, WriteOptions } from './host';

const { O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
const READ_LIMIT = 4 * 1024 * 1024;

/** The file effects of a `Host`. Nothing here follows a symbolic link at the end of a path. */
export function realFiles(root: string) {
  const files = {
    async read(path: string): Promise<string | undefined> {
      const file = await fs.open(path, O_RDONLY | O_NOFOLLOW).catch(missing);
      if (file === undefined) return undefined;
      try {
        const { size } = await file.stat();
        if (size > READ_LIMIT) throw new Error(`${path}: ${size} bytes are too many`);
        return await file.readFile('utf8');
      } finally {
        await file.close();
      }
    },

    async write(path: string, text: string, { mode, group }: WriteOptions): Promise<void> {
      const beside = `${path}.${randomBytes(8).toString('hex')}.new`;
      const file = await fs.open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      try {
        await file.writeFile(text);
        if (group !== undefined) await file.chown(process.getuid?.() ?? 0, await groupId(root, group));
        await file.chmod(mode);
        await file.sync();
        await file.close();
        await fs.rename(beside, path);
      } catch (error) {
        await file.close().catch(() => undefined);
        await fs.rm(beside, { force: true });
        throw error;
      }
      await syncDirectory(dirname(path));
    },

    async append(path: string, line: string, options: WriteOptions): Promise<void> {
      const present = await fs.open(path, O_WRONLY | O_APPEND | O_NOFOLLOW).catch(missing);
      if (present === undefined) await files.write(path, '', options);
      const file = present ?? (await fs.open(path, O_WRONLY | O_APPEND | O_NOFOLLOW));
      try {
        await file.writeFile(`${line}\n`);
      } finally {
        await file.close();
      }
    },

    async remove(path: string): Promise<void> {
      await fs.rm(path, { recursive: true, force: true });
    },

    async readLink(path: string): Promise<string | undefined> {
      return (await fs.readlink(path).catch(missing)) as string | undefined;
    },

    async link(path: string, target: string): Promise<void> {
      const beside = `${path}.${randomBytes(8).toString('hex')}.new`;
      await fs.symlink(target, beside);
      await fs.rename(beside, path);
      await syncDirectory(dirname(path));
    },

    async scratch(parent: string): Promise<string> {
      return fs.mkdtemp(join(parent, '.new-'));
    },

    async place(from: string, to: string): Promise<void> {
      await fs.rm(to, { recursive: true, force: true });
      await fs.rename(from, to);
      await syncDirectory(dirname(to));
    },

    async list(path: string): Promise<readonly string[]> {
      return (await fs.readdir(path).catch(missing)) ?? [];
    },

    async size(path: string): Promise<FileSize | undefined> {
      const found = await fs.lstat(path).catch(missing);
      return found?.isFile()
        ? { length: found.size, allocated: found.blocks * 512, modified: found.mtimeMs }
        : undefined;
    },

    async tail(path: string, bytes: number): Promise<string> {
      const file = await fs.open(path, O_RDONLY | O_NOFOLLOW).catch(missing);
      if (file === undefined) return '';
      try {
        const { size } = await file.stat();
        const length = Math.min(bytes, size);
        const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
        return buffer.toString('utf8');
      } finally {
        await file.close();
      }
    },

    async slice(path: string, from: number, bytes: number): Promise<Buffer> {
      const file = await fs.open(path, O_RDONLY | O_NOFOLLOW);
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, from);
        return buffer.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },

    async space(path: string): Promise<Space> {
      const { bavail, bsize, ffree, files } = await fs.statfs(path);
      // Some file systems make inodes as they go and count none.
      return { freeBytes: bavail * bsize, freeFiles: files === 0 ? Number.MAX_SAFE_INTEGER : ffree };
    },
  };
  return files;
}

function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await fs.open(path, O_RDONLY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
