/**
 * The part of CloudWatch Logs Insights' language that the kit uses (CloudWatch Logs user guide, "Query syntax"): `filter`,
 * `stats`, `sort` and `limit`, over JSON lines of which only the first 200 fields are found.
 */
export interface LogLine {
  readonly stream: string;
  readonly at: number;
  readonly text: string;
}

type Value = string | number | undefined;
type Fields = Map<string, Value>;

const FOUND = 200;

export function answer(query: string, lines: readonly LogLine[]): Record<string, string>[] {
  let rows = lines.map(fieldsOf);
  for (const command of query.split(' | ')) rows = run(command, rows);
  return rows.map((row) =>
    Object.fromEntries(
      [...row].flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    ),
  );
}

function run(command: string, rows: readonly Fields[]): Fields[] {
  const [, verb, rest = ''] = /^(\w+) (.*)$/s.exec(command) ?? [];
  if (verb === 'filter') return rows.filter((row) => holds(rest, row));
  if (verb === 'limit') return rows.slice(0, Number(rest));
  if (verb === 'sort') {
    const orders = rest.split(', ').map((each) => each.split(' '));
    return [...rows].sort((a, b) =>
      orders.reduce((found, [name = '', order]) => {
        const [one, other] = [a.get(name), b.get(name)].map((value) => Number(value) || String(value));
        const sign = order === 'asc' ? 1 : -1;
        return found || (one === other ? 0 : (one as string) < (other as string) ? -sign : sign);
      }, 0),
    );
  }
  if (verb === 'stats') return stats(rest, rows);
  throw new Error(`not a command that is known here: ${command}`);
}

function holds(text: string, row: Fields): boolean {
  const whole = text.trim();
  const parts = (word: string) => splitOutside(whole, ` ${word} `);
  if (parts('and').length > 1) return parts('and').every((part) => holds(part, row));
  if (parts('or').length > 1) return parts('or').some((part) => holds(part, row));
  if (whole.startsWith('(') && whole.endsWith(')')) return holds(whole.slice(1, -1), row);
  const [, name = '', operator, wanted = ''] = /^(\S+) (=|in|>=) (.+)$/s.exec(whole) ?? [];
  const value = row.get(plain(name));
  if (operator === '=') return value === JSON.parse(wanted);
  if (operator === 'in') return JSON.parse(wanted).includes(value);
  if (operator === '>=') return Number(value) >= Number(wanted);
  throw new Error(`not a condition that is known here: ${whole}`);
}

function stats(text: string, rows: readonly Fields[]): Fields[] {
  const [sums = '', by = ''] = text.split(' by ');
  const names = by.split(',').map((name) => plain(name.trim()));
  const groups = new Map<string, Fields[]>();
  for (const row of rows) {
    const key = JSON.stringify(names.map((name) => row.get(name) ?? null));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const made: Fields = new Map(names.map((name) => [name, group[0]?.get(name)]));
    for (const sum of sums.split(', ')) {
      const [, kind = '', field = '', as = ''] = /^(\w+)\(([^)]+)\) as (\w+)$/.exec(sum) ?? [];
      made.set(as, aggregate(kind, plain(field), group));
    }
    return made;
  });
}

function aggregate(kind: string, field: string, rows: readonly Fields[]): Value {
  const values = rows.flatMap((row) => row.get(field) ?? []);
  const numbers = values.map(Number).filter(Number.isFinite);
  if (kind === 'count' && field === '*') return rows.length;
  if (kind === 'sum') return numbers.reduce((sum, value) => sum + value, 0);
  if (kind === 'max') return Math.max(...numbers);
  if (kind === 'min') return Math.min(...numbers);
  if (kind === 'sortsFirst') return values.map(String).sort()[0];
  if (kind !== 'latest') throw new Error(`not a function that is known here: ${kind}`);
  return [...rows]
    .sort((a, b) => Number(a.get('@timestamp')) - Number(b.get('@timestamp')))
    .at(-1)
    ?.get(field);
}

function fieldsOf({ stream, at, text }: LogLine): Fields {
  const fields: Fields = new Map<string, Value>([
    ['@logStream', stream],
    ['@timestamp', at],
  ]);
  let left = FOUND;
  const see = (value: unknown, path: string): void => {
    if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) see(each, path ? `${path}.${name}` : name);
    else if (value !== null && left > 0) {
      left -= 1;
      fields.set(path, typeof value === 'number' ? value : String(value));
    }
  };
  try {
    see(JSON.parse(text), '');
  } catch {
    // A line that is no JSON has no fields of its own.
  }
  return fields;
}

/** Splits where no quote and no bracket is open. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let [depth, isQuoted, begin] = [0, false, 0];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (text[at] === '(' || text[at] === '[')) depth += 1;
    else if (!isQuoted && (text[at] === ')' || text[at] === ']')) depth -= 1;
    if (depth > 0 || isQuoted || !text.startsWith(separator, at)) continue;
    parts.push(text.slice(begin, at));
    begin = at + separator.length;
  }
  return [...parts, text.slice(begin)];
}

function plain(name: string): string {
  return name.replaceAll('`', '');
}
