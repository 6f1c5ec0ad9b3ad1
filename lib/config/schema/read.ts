import { z } from 'zod';
import type { Problem } from '../model';
import type { Path, Source } from '../source/source';
import { problemsOf } from './issue-problems';
import { unwrapped } from './schema-walk';

/** What one file says. */
export interface Reading<T> {
  /** All of it, when nothing is wrong. */
  readonly value?: T;
  /** What is right by itself, for checks that look at several settings. */
  readonly settings: Settings<T>;
  readonly problems: Problem[];
}

/**
 * A group lacks the settings that are wrong, a list has `undefined` for a wrong item, and a table of named things (such
 * as secrets) lacks the wrong settings of each.
 */
export type Settings<T> = { readonly [K in keyof T]?: Setting<T[K]> };

type Setting<T> = T extends readonly (infer Item)[]
  ? readonly (Item | undefined)[]
  : T extends Readonly<Record<string, unknown>>
    ? string extends keyof T
      ? { readonly [Id in keyof T]?: Partial<T[Id]> }
      : Partial<T>
    : T;

/** A reader for the files of one schema: it parses each once, and keeps what is right in a file that is wrong. */
export function reader<T extends z.ZodObject>(schema: T): (source: Source) => Reading<z.output<T>> {
  let parsed: unknown;
  // zod hands a failed value to `when` alone.
  const keeping = schema.refine(() => true, {
    when: ({ value }) => {
      parsed = value;
      return false;
    },
  });
  return (source) => {
    const result = keeping.safeParse(source.value);
    if (result.success) {
      const value = result.data as z.output<T>;
      return { value, settings: value as Settings<z.output<T>>, problems: [] };
    }
    const { issues } = result.error;
    return {
      settings: without(
        parsed,
        issues.flatMap(spoilt).map((path) => path.slice(0, depth(schema, path))),
      ),
      problems: issues.flatMap((issue) => problemsOf(issue, [], schema, source)),
    };
  };
}

/** An unknown key spoils nothing beside it. */
function spoilt(issue: z.core.$ZodIssue): Path[] {
  const path = issue.path as Path;
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

/** How far a problem's path leads to what has to be left out, as `Settings` says. */
function depth(schema: z.ZodObject, [key]: Path): number {
  const setting = unwrapped(schema.shape[String(key)]);
  if (setting instanceof z.ZodRecord) return 3;
  return setting instanceof z.ZodObject || setting instanceof z.ZodArray ? 2 : 1;
}

function without<T>(parsed: unknown, paths: readonly Path[]): Settings<T> {
  for (const path of paths) {
    if (path.length === 0) return {};
    let holder = parsed as Record<string | number, unknown>;
    for (const step of path.slice(0, -1)) holder = holder?.[step] as typeof holder;
    if (Array.isArray(holder)) holder[path.at(-1) as number] = undefined;
    else if (holder) delete holder[path.at(-1) as string];
  }
  return parsed as Settings<T>;
}
