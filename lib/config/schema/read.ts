import { z } from 'zod';
import type { Problem } from '../model';
import type { Path, Source } from '../source/source';
import { problemsOf } from './issue-problems';
import { unwrapped } from './schema-walk';

/** The result of parsing one file. */
export interface Reading<T> {
  /** The whole file; absent if anything is wrong. */
  readonly value?: T;
  /** Every setting that is right by itself, for the checks that compare settings. */
  readonly settings: Settings<T>;
  readonly problems: Problem[];
}

/**
 * What is left of a file without its wrong settings. A group lacks them, a list has `undefined` for a wrong item, and a
 * table of named things (such as secrets) lacks the wrong settings of each.
 */
export type Settings<T> = { readonly [K in keyof T]?: Setting<T[K]> };

type Setting<T> = T extends readonly (infer Item)[]
  ? readonly (Item | undefined)[]
  : T extends Readonly<Record<string, unknown>>
    ? string extends keyof T
      ? { readonly [Id in keyof T]?: Partial<T[Id]> }
      : Partial<T>
    : T;

/** Makes a reader for the files of one schema. It parses a file once, and keeps the right settings of a wrong file. */
export function reader<T extends z.ZodObject>(schema: T): (source: Source) => Reading<z.output<T>> {
  let parsed: unknown;
  // When parsing fails, zod gives the parsed part to `when` and to nothing else.
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

/** The paths that an issue makes unusable: of unknown keys, the keys and not the group around them. */
function spoilt(issue: z.core.$ZodIssue): Path[] {
  const path = issue.path as Path;
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
}

/** How many steps of an issue's path lead to the part that `Settings` leaves out. */
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
