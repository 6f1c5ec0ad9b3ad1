import { isRecord } from '../../../lib/json';
import { type Accountable, decodedPath } from './records';

/** Lines of the gate's records, and of the front's log. */
export interface Witnesses {
  readonly gate: readonly string[];
  readonly front: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Milliseconds by which the two clocks' readings, and a request behind the end of its connection, may differ. */
const SLACK = 2_000;

/**
 * LOG-2: the gate and the front saw the same. Each request is one record of the gate; each record has an end, and a line of
 * the front by its loopback address; what the front's line says of the connection stands in the gate's records, marked so.
 *
 * @param sent what arrived on the internet
 * @param marks each is in the host or path of one refused request
 */
export function witnessFault(
  sent: readonly Accountable[],
  marks: readonly string[],
  { gate, front }: Witnesses,
): string | undefined {
  const [records, connections] = [gate.flatMap(fields), front.flatMap(fields)];
  const requests = records.filter(({ record }) => record === 'request');
  const allowed = requests.filter(({ decision }) => decision === 'allow').map(wordsOf);
  for (const { method, host, path } of sent) {
    const words = `${method} ${host}${path}`;
    const [want, have] = [
      sent.filter((each) => `${each.method} ${each.host}${each.path}` === words).length,
      allowed.filter((each) => each === words).length,
    ];
    if (want !== have) return `${words}: ${want} sent, ${have} allowed by the gate`;
  }
  for (const mark of marks) {
    const found = requests.filter((each) => wordsOf(each).includes(mark) && each.decision === 'refuse');
    if (found.length !== 1) return `${mark}: ${found.length} records of its refusal`;
  }
  const ended = new Set(records.flatMap(({ record, id }) => (record === 'end' ? String(id) : [])));
  for (const request of requests) {
    const words = wordsOf(request);
    if (request.decision === 'allow' && !ended.has(String(request.id)))
      return `${words}: no record of its end`;
    const line = connections.find((each) => isOf(request, each));
    if (line === undefined) return `${words}: no line of the front for ${request.remote_addr}`;
    if (!records.some((each) => each.record === 'connection' && isSame(each, line)))
      return `${words}: the gate's records lack the bytes and the duration of ${request.remote_addr}`;
  }
  return requests.length === 0 ? 'no request to account for' : undefined;
}

function isOf(request: Fields, { remote_addr, name, time, ms }: Fields): boolean {
  const at = Date.parse(String(request.time));
  const began = Number(time) * 1000;
  return (
    request.remote_addr === remote_addr &&
    name === String(request.host).replace(/:443$/, '') &&
    at >= began - 10 &&
    at <= began + Number(ms) + SLACK
  );
}

function isSame(record: Fields, line: Fields): boolean {
  return (
    record.by === 'front' &&
    record.remote_addr === line.remote_addr &&
    Math.abs(Date.parse(String(record.began)) - Number(line.time) * 1000) < 2 &&
    Number(record.requests) > 0 &&
    (['in', 'out', 'ms'] as const).every((each) => record[each] === line[each])
  );
}

function wordsOf({ method, host, path }: Fields): string {
  return `${method} ${host}${decodedPath(String(path))}`;
}

function fields(line: string): Fields[] {
  try {
    const parsed: unknown = JSON.parse(line);
    return isRecord(parsed) ? [parsed] : [];
  } catch {
    return [];
  }
}
