import { gunzipSync, gzipSync, strFromU8, strToU8 } from 'fflate';
import { type MachineFile, writeFile } from './machine-file';

const BEGIN = 'step=unpacking\nbase64 -d <<\\E | gunzip >"$R/run/airlock/packed"\n';
const END = '\nE\n. "$R/run/airlock/packed"\n';

/**
 * Shell that is the same on every machine of this kit, compressed, because user data has 16 KB. Files that hold a setting
 * are never packed, so that a reviewer reads every change of a setting in the template's diff; `airlock user-data` prints
 * the rest. The compressor is a JavaScript library: the bytes of Node's own change with its version, so hosts would stop and
 * start because somebody deployed with another Node.
 */
export function pack(text: string): string {
  const bytes = gzipSync(strToU8(text), { level: 9, mtime: 0 });
  return `${BEGIN}${Buffer.from(bytes).toString('base64')}${END}`;
}

/** Shell that writes files, packed. */
export function packFiles(files: readonly MachineFile[]): string {
  return pack(files.map(writeFile).join(''));
}

/** The user data with its packed part as plain text; unchanged if that part can't be read. */
export function unpackFiles(userData: string): string {
  return withPacked(userData, (text) => text);
}

/** The user data with its packed part edited; unchanged if that part can't be read. */
export function editPacked(userData: string, edit: (text: string) => string): string {
  return withPacked(userData, (text) => pack(edit(text)));
}

/** The user data with something else in the place of what is packed in it; as it is, where that can't be read. */
export function withPacked(userData: string, replace: (text: string) => string): string {
  const [before, ...rest] = userData.split(BEGIN);
  const [encoded, ...after] = rest.join(BEGIN).split(END);
  if (encoded === undefined || after.length === 0) return userData;
  const bytes = Buffer.from(encoded, 'base64');
  // A gzip file's last four bytes are the length of its content.
  if (bytes.length < 18 || bytes.readUInt32LE(bytes.length - 4) > LIMIT) return userData;
  let text: string;
  try {
    text = strFromU8(gunzipSync(bytes));
  } catch {
    return userData;
  }
  return `${before}${replace(text)}${after.join(END)}`;
}

/** Far more than user data can hold: somebody else's template may hold a decompression bomb. */
const LIMIT = 1024 * 1024;
