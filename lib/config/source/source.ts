import type { Finding } from '../finding';
import type { Problem } from '../model';
import { isScalar, type Scalar } from '../scalar';
import { holdsPassword, looksSecret } from './secret-shapes';

/** The path to a value in a file: keys and indexes from the root. */
export type Path = readonly (string | number)[];

/** 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A file that was read: its value, and the position of each part. */
export interface Source {
  /** As problems show it: relative to the working directory where that is shorter. */
  readonly file: string;
  /** Plain objects without a prototype, arrays and scalars. */
  readonly value: unknown;
  /** A scalar as the file writes it: `012`, whose value is the number 12. */
  written?(path: Path): string | undefined;
  /** Position of a value or its key; if there is none, of the nearest part around it. */
  locate(path: Path, part?: 'key' | 'value'): Position;
}

/** The place of a value, for a problem. */
export interface Place {
  readonly source: Source;
  readonly path: Path;
}

/** A source built in memory: the position of every part is line 1. */
export function plainSource(file: string, value: unknown): Source {
  return { file, value, locate: () => ({ line: 1, column: 1 }) };
}

export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) {
      return undefined;
    }
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

/** Whether the file has a value at a place, right or wrong. */
export function isWritten({ source, path }: Place): boolean {
  return valueAt(source.value, path) !== undefined;
}

/** The file's name without folder and extension, which its `name` must repeat. */
export function stemOf({ file }: Source): string {
  return file.replace(/^.*[/\\]/, '').replace(/\.yaml$/, '');
}

/** What a problem shows of its value. It never shows a pasted credential. */
export interface Showing {
  readonly part?: 'key' | 'value';
  /** Leave the value out: it may be a secret in the wrong place. */
  readonly hidden?: boolean;
}

export function problemAt(
  { source, path }: Place,
  { message, fix }: Finding,
  showing: Showing = {},
): Problem {
  const value = valueAt(source.value, path);
  const mayShow = !showing.hidden && showing.part !== 'key' && !looksSecret(value) && !holdsPassword(value);
  return {
    file: source.file,
    ...source.locate(path, showing.part),
    path: formatPath(path),
    ...(mayShow && isScalar(value) ? { value: asWritten(value, source.written?.(path)) } : {}),
    message,
    fix,
  };
}

/** The file's text of a number, if it differs from the number. */
function asWritten(value: Scalar, written: string | undefined): Scalar {
  return typeof value === 'number' && written !== undefined && written !== String(value) ? written : value;
}

/** A problem with a file as a whole. */
export function fileProblem(file: string, message: string, fix: string, position?: Position): Problem {
  return { file, line: position?.line ?? 1, column: position?.column ?? 1, path: '', message, fix };
}

/** `egress[1].paths[0]`. */
export function formatPath(path: Path): string {
  return path
    .map((step) => {
      if (typeof step === 'number') {
        return `[${step}]`;
      }
      return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('')
    .replace(/^\./, '');
}
