import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import type { Problem } from '../model';
import { quote } from '../quote';
import { LONGEST_TEXT, looksSecret } from './secret-shapes';
import { formatPath, type Path, type Position } from './source';

/** Most levels of nesting; no real file needs as many. */
const DEEPEST = 24;

interface Reading {
  readonly file: string;
  readonly text: string;
  readonly position: (offset: number) => Position;
  readonly problems: Problem[];
}

/**
 * The plain value of a YAML tree. Aliases, anchors, tags, merge keys, duplicate keys and numbers that lose digits are
 * problems, because they hide what a file means; so is a pasted credential.
 */
export function plainValue(node: unknown, reading: Reading, path: Path = []): unknown {
  const report = (message: string, fix: string, at: unknown = node) => {
    const offset = (at as Node | null)?.range?.[0] ?? 0;
    const { file } = reading;
    reading.problems.push({ file, ...reading.position(offset), path: formatPath(path), message, fix });
  };
  if (path.length > DEEPEST) {
    report(`is nested more than ${DEEPEST} levels deep`, 'flatten it');
    return undefined;
  }
  if (isAlias(node)) {
    report(`is a YAML alias (${quote(`*${node.source}`)}), which hides a value`, 'write the value out');
    return undefined;
  }
  if (node !== null && typeof node === 'object') {
    const { anchor, tag } = node as { anchor?: string; tag?: string };
    if (anchor !== undefined) {
      report(
        `has a YAML anchor (${quote(`&${anchor}`)})`,
        'remove it, and write values out where they are used',
      );
    }
    if (tag !== undefined) {
      report('has a YAML tag', 'remove it');
    }
  }
  if (isMap(node)) {
    return plainMap(node, reading, path, report);
  }
  if (isSeq(node)) {
    return node.items.map((item, index) => plainValue(item, reading, [...path, index]));
  }
  return isScalar(node) ? plainScalar(node, report) : null;
}

type Report = (message: string, fix: string, at?: unknown) => void;

function plainMap(map: YAMLMap, reading: Reading, path: Path, report: Report): unknown {
  const result: Record<string, unknown> = Object.create(null);
  for (const pair of map.items as Pair[]) {
    const key = isScalar(pair.key) ? pair.key.value : undefined;
    if (typeof key !== 'string') {
      report(
        'has a key that is not plain text',
        'write "key: value", the key in quotes if it is a number',
        pair.key,
      );
    } else if (key === '<<') {
      report('has a YAML merge key ("<<")', 'write the values out', pair.key);
    } else if (key.length > 200) {
      report('has a key longer than 200 characters', 'write a setting', pair.key);
    } else if (looksSecret(key)) {
      report(
        'has a key that looks like a real credential',
        'revoke that credential: files hold no secrets',
        pair.key,
      );
    } else if (key === '__proto__') {
      report('has a key that no setting is called ("__proto__")', 'remove it', pair.key);
    } else if (Object.hasOwn(result, key)) {
      report(`names the key ${quote(key)} twice`, 'remove one of the two', pair.key);
    } else {
      if (isScalar(pair.key) && pair.key.anchor !== undefined) {
        report('has a YAML anchor on a key', 'remove it', pair.key);
      }
      result[key] = plainValue(pair.value, reading, [...path, key]);
    }
  }
  return result;
}

function plainScalar(scalar: Scalar, report: Report): unknown {
  const { value } = scalar;
  if (typeof value === 'bigint' || (typeof value === 'number' && !exact(value))) {
    report(
      `is not a number that can be kept exactly (${quote(scalar.source ?? '')})`,
      'write a smaller number',
    );
    return undefined;
  }
  if (typeof value === 'string' && value.length > LONGEST_TEXT) {
    report(`is longer than ${LONGEST_TEXT} characters`, 'write what the setting takes');
    return undefined;
  }
  if (looksSecret(value)) {
    const fix = 'revoke that credential, and set a new one with "airlock secrets put": files hold no secrets';
    report('looks like a real credential', fix);
    // Without its value, because a later problem could print it.
    return undefined;
  }
  return value;
}

function exact(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}
