import type { z } from 'zod';
import { isRecord } from '../../json';
import type { Finding } from '../finding';
import type { Problem } from '../model';
import { nearest } from '../nearest';
import { quote } from '../quote';
import { type Path, problemAt, type Source, valueAt } from '../source/source';
import { descriptionAt, keysAt } from './schema-walk';

/** Most unknown keys to report in one group: a file with more is probably another kind of file. */
const MOST_KEYS = 20;

type Issue = z.core.$ZodIssue;

/** Translates one of zod's issues into problems with a message, a fix and a position. */
export function problemsOf(issue: Issue, base: Path, schema: z.ZodType, source: Source): Problem[] {
  const path = [...base, ...(issue.path as (string | number)[])];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, MOST_KEYS).map((key) => {
        const finding = unknownKey(key, keysAt(schema, path, valueAt(source.value, path)));
        return problemAt({ source, path: [...path, key] }, finding, { part: 'key' });
      });
    case 'invalid_union':
      return closest(issue.errors, valueAt(source.value, path)).flatMap((inner) =>
        problemsOf(inner, path, schema, source),
      );
    case 'invalid_key':
      return issue.issues.map((inner) =>
        problemAt(
          { source, path },
          { message: `has a key that ${inner.message}`, fix: fixOf(inner) },
          { part: 'key' },
        ),
      );
    default:
      return [
        problemAt({ source, path }, findingOf(issue, path, schema, source), { hidden: mayBeSecret(path) }),
      ];
  }
}

/** Where people paste a credential by mistake, in place of a name or a template. */
function mayBeSecret(path: Path): boolean {
  if (path.at(-1) === 'secret') {
    return true;
  }
  return path[0] === 'secrets' && ['parameter', 'formatter', 'pathPlaceholder'].includes(String(path.at(-1)));
}

function findingOf(issue: Issue, path: Path, schema: z.ZodType, source: Source): Finding {
  const value = valueAt(source.value, path);
  if (value === undefined && issue.code !== 'custom') {
    const description = descriptionAt(schema, path);
    return { message: 'is missing', fix: description ? `add it: ${lowerFirst(description)}` : 'add it' };
  }
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, value, source.written?.(path));
    case 'invalid_value':
      return notOneOf(issue.values.map(String), value);
    default:
      return { message: issue.message, fix: fixOf(issue) };
  }
}

function fixOf(issue: Issue): string {
  const fix = issue.code === 'custom' ? issue.params?.fix : undefined;
  return typeof fix === 'string' ? fix : 'correct it';
}

const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of settings',
};

function wrongType(expected: string, value: unknown, written: string | undefined): Finding {
  const wanted = TYPES[expected] ?? expected;
  if (value === null) {
    return { message: `is empty, but must be ${wanted}`, fix: 'write a value, or remove the line' };
  }
  if (expected === 'string' && typeof value !== 'object') {
    return {
      message: `must be text, not ${TYPES[typeof value]}`,
      fix: `put it in quotes${written === undefined ? '' : `: ${quote(written)}`}`,
    };
  }
  if (expected === 'array') {
    return { message: 'must be a list', fix: 'put it in brackets, or each item on a line after "- "' };
  }
  const fixes: Record<string, string> = {
    number: 'write a number without quotes',
    boolean: 'write true or false, without quotes',
  };
  return { message: `must be ${wanted}`, fix: fixes[expected] ?? 'write "key: value" lines below it' };
}

function notOneOf(options: readonly string[], value: unknown): Finding {
  const meant = typeof value === 'string' ? nearest(value, options) : undefined;
  return {
    message: `must be ${options.length === 1 ? options[0] : `one of ${options.join(', ')}`}`,
    fix:
      options.length === 1
        ? `write ${options[0]}`
        : meant === undefined
          ? 'write one of them'
          : `write ${quote(meant)}`,
  };
}

function unknownKey(key: string, known: readonly string[]): Finding {
  const meant = nearest(key, known);
  const choice =
    known.length === 0 ? '' : `: known here ${known.length === 1 ? 'is' : 'are'} ${known.join(', ')}`;
  return {
    message: 'is not a setting',
    fix: meant === undefined ? `remove it${choice}` : `write ${quote(meant)}`,
  };
}

/** The alternative with the fewest issues: it is most likely the intended one. */
function closest(alternatives: readonly (readonly Issue[])[], value: unknown): readonly Issue[] {
  const weight = (issues: readonly Issue[]) =>
    issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
  if (isRecord(value) && Object.keys(value).length === 0) {
    return alternatives[0] ?? [];
  }
  return [...alternatives].sort((a, b) => weight(a) - weight(b))[0] ?? [];
}

function lowerFirst(text: string): string {
  const kept = /^[A-Z][A-Z0-9]/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);
  return kept.replace(/\.$/, '');
}
