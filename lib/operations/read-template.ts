import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { parseTemplate } from '../reach';

/** CloudFormation takes templates of up to 1 MiB (quota "Template size in an object"). */
const SIZE_LIMIT = 1_048_576;

export type ReadTemplate =
  /** `sha256` is that of the file. */
  | { readonly ok: true; readonly template: unknown; readonly sha256: string }
  | { readonly ok: false; readonly message: string };

/** Reads a template file, JSON or YAML. Never throws: a bad file is one clear message. */
export function readTemplate(file: string): ReadTemplate {
  const read = readText(file);
  if (!read.ok) return { ok: false, message: `template ${file}: ${read.message}` };
  const parsed = parseTemplate(read.text);
  return parsed.ok
    ? { ok: true, template: parsed.template, sha256: createHash('sha256').update(read.text).digest('hex') }
    : { ok: false, message: `template ${file}: not JSON and not YAML: ${parsed.message}` };
}

/** The message for a file that holds no CloudFormation template. */
export function notATemplate(file: string, problems: readonly string[]): string {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return `template ${file}: not a CloudFormation template: ${problems[0]}${more}`;
}

type Text = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** Opens once and checks what it opened, so that the file can't change between the check and the reading. */
function readText(file: string): Text {
  let descriptor: number | undefined;
  try {
    // Without blocking, because opening a named pipe would wait for a writer.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = fstatSync(descriptor);
    if (!status.isFile()) return { ok: false, message: 'it is not a file: pass a template, JSON or YAML' };
    if (status.size > SIZE_LIMIT) {
      return {
        ok: false,
        message: `it has ${status.size} bytes; CloudFormation takes templates of up to ${SIZE_LIMIT}`,
      };
    }
    const buffer = Buffer.alloc(SIZE_LIMIT + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length <= SIZE_LIMIT; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length > SIZE_LIMIT) return { ok: false, message: `it has more than ${SIZE_LIMIT} bytes` };
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, length)) };
  } catch (error) {
    return { ok: false, message: whyNot(error) };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist: run "npx cdk synth" first, or pass the path of a template',
  EACCES: 'it may not be read: check its permissions',
  EISDIR: 'it is a directory: pass a template file',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOTDIR: 'a part of its path is not a directory',
};

function whyNot(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'it is not UTF-8 text';
  return REASONS[code] ?? `it can't be read (${code || 'unknown error'})`;
}
