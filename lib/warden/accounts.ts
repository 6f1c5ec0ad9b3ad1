import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export async function account(root: string, name: string): Promise<Account> {
  const [, , uid, gid] = await entry(join(root === '' ? '/' : root, 'etc/passwd'), name);
  return { uid: Number(uid), gid: Number(gid) };
}

export async function groupId(root: string, name: string): Promise<number> {
  const [, , gid] = await entry(join(root === '' ? '/' : root, 'etc/group'), name);
  return Number(gid);
}

async function entry(path: string, name: string): Promise<readonly string[]> {
  const lines = (await readFile(path, 'utf8')).split('\n').map((line) => line.split(':'));
  const found = lines.find(([first]) => first === name);
  if (found === undefined) throw new Error(`${path} has no ${name}: run warden's install`);
  return found;
}
