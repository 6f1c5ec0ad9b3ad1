import { isRecord, own } from '../../../lib/json';

/** A line about a request in iron-proxy's audit log. */
export interface AuditLine {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  /** `allow`, `reject` or `error`. */
  readonly action: string;
  readonly status: number;
  readonly rejectedBy: string | undefined;
  /** The whole line. */
  readonly text: string;
}

/** A request that the audit log must hold. */
export interface Accountable {
  readonly host: string;
  readonly method: string;
  /** Without query, decoded once. */
  readonly path: string;
  /** Parameters of the secrets that went out with it. */
  readonly secrets: readonly string[];
}

/** The lines about requests; the file holds other lines, too. */
export function auditLines(lines: readonly string[]): AuditLine[] {
  return lines.flatMap((text) => {
    const line = parsed(text);
    const audit = get(line, 'audit');
    const of = (name: string) => String(get(audit, name) ?? '');
    if (!isRecord(audit)) return [];
    const rejectedBy = get(line, 'rejected_by');
    return {
      host: of('host'),
      method: of('method'),
      path: of('path'),
      action: of('action'),
      status: Number(get(audit, 'status_code')),
      rejectedBy: typeof rejectedBy === 'string' ? rejectedBy : undefined,
      text,
    };
  });
}

/** A request target's path, decoded once, as the audit log writes it. */
export function decodedPath(target: string): string {
  const path = target.replace(/[?#].*$/s, '');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * LOG-1: each request has exactly one line, and each line has a request. The line says host, method, path, that it was
 * allowed, and which secrets went out with it.
 *
 * @param parameters every name of a secret
 * @returns what is wrong with the first that differs
 */
export function accountFault(
  requests: readonly Accountable[],
  lines: readonly AuditLine[],
  parameters: readonly string[],
): string | undefined {
  const wanted = counted(requests.map(wordsOf));
  const written = counted(
    lines
      .filter(({ action }) => action === 'allow')
      .map((line) => {
        const secrets = parameters.filter((each) => line.text.includes(JSON.stringify(each)));
        return wordsOf({ ...line, secrets });
      }),
  );
  for (const words of new Set([...wanted.keys(), ...written.keys()])) {
    const [want, have] = [wanted.get(words) ?? 0, written.get(words) ?? 0];
    if (want !== have) return `${words}: ${want} sent, ${have} in the audit log`;
  }
  return requests.length === 0 ? 'no request to account for' : undefined;
}

/** LOG-1: each refused request has one line that says so. @param marks each is in the host or path of one of them */
export function refusalFault(marks: readonly string[], lines: readonly AuditLine[]): string | undefined {
  for (const mark of marks) {
    const [line, ...more] = lines.filter(({ host, path }) => `${host}${path}`.includes(mark));
    if (line === undefined) return `${mark}: refused, and not in the audit log`;
    if (more.length > 0) return `${mark}: ${more.length + 1} lines`;
    if (line.action !== 'reject' || line.status !== 403 || line.rejectedBy === undefined)
      return `${mark}: written down as ${line.action}, ${line.status}, by ${line.rejectedBy}`;
  }
  return marks.length === 0 ? 'no refusal to account for' : undefined;
}

export interface Found {
  readonly id: string;
  readonly place: string;
}

/** SEC-1, SEC-3: values are only in their own places. @param places by id; without one, a value may be nowhere */
export function strayFault(
  found: readonly Found[],
  places: Readonly<Record<string, RegExp>>,
): string | undefined {
  const isPlace = (id: string, place: string) => Object.hasOwn(places, id) && places[id]?.test(place);
  const stray = found.find(({ id, place }) => !isPlace(id, place));
  return stray && `${stray.id} lies in ${stray.place}`;
}

function wordsOf({ method, host, path, secrets }: Accountable): string {
  const went = secrets.length === 0 ? 'no secret' : [...secrets].sort().join(', ');
  return `${method} ${host}${path} with ${went}`;
}

function counted(all: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1);
  return counts;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function get(value: unknown, name: string): unknown {
  return isRecord(value) ? own(value, name) : undefined;
}
