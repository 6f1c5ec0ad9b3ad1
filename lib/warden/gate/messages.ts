import { type GateRequest, isDearer } from '../../policy/gate/request';
import { bytes, type Field, fieldsOf, number } from './protobuf';

/**
 * The messages of iron-proxy's `TransformService` (package `transform.v1`), as far as the gate reads and writes them. Field
 * numbers are iron-proxy's.
 */
export const SERVICE = '/transform.v1.TransformService';

/** A request, without its header values: of those the gate keeps only the ones that frame a body. */
export type AskedRequest = GateRequest & { readonly remoteAddr: string; readonly body?: Buffer };

const FRAMING: ReadonlySet<string> = new Set(['content-length', 'content-type', 'content-encoding']);

/** @throws when the message is malformed */
export function readRequest(message: Buffer): AskedRequest {
  const { 1: context, 2: request } = parts(message);
  const { 1: sni } = parts(context);
  const headers: Headers = { fields: 0, bytes: 0, longestName: 0, names: [], framing: new Map() };
  const texts = new Map<number, Buffer>();
  for (const field of fieldsOf(request ?? EMPTY)) {
    if (!('bytes' in field)) continue;
    if (field.number === 3) addHeader(headers, field.bytes);
    else texts.set(field.number, field.bytes);
  }
  const text = (of: number) => (texts.get(of) ?? EMPTY).toString('utf8');
  return {
    method: text(1),
    target: text(2),
    host: text(5),
    remoteAddr: text(6),
    sni: (sni ?? EMPTY).toString('utf8'),
    headers,
    body: texts.get(4),
  };
}

/** Every text of a request's head, with its place in words. */
export function textsOfRequest(message: Buffer): { readonly where: string; readonly bytes: Buffer }[] {
  const { 1: context, 2: request } = parts(message);
  const { 1: sni = EMPTY } = parts(context);
  const texts = [{ where: 'TLS name', bytes: sni }];
  for (const field of fieldsOf(request ?? EMPTY)) {
    if (!('bytes' in field)) continue;
    const { number: of, bytes: text } = field;
    if (of === 1) texts.push({ where: 'method', bytes: text });
    if (of === 5) texts.push({ where: 'host', bytes: text });
    if (of === 2) {
      const question = text.indexOf('?');
      const end = question < 0 ? text.length : question;
      texts.push(
        { where: 'path', bytes: text.subarray(0, end) },
        { where: 'query', bytes: text.subarray(end) },
      );
    }
    if (of === 3) texts.push(...textsOfHeader(text));
  }
  return texts;
}

function textsOfHeader(entry: Buffer) {
  const { 1: key = EMPTY, 2: values = EMPTY } = parts(entry);
  const name = key.toString('latin1').toLowerCase();
  const where = /^[a-z0-9-]{1,64}$/.test(name) ? `header ${name}` : 'header';
  const texts = [...fieldsOf(values)].flatMap((field) => ('bytes' in field ? field.bytes : []));
  return [key, ...texts].map((bytes) => ({ where, bytes }));
}

interface Headers {
  fields: number;
  bytes: number;
  longestName: number;
  readonly framing: Map<string, readonly string[]>;
  dearer?: boolean;
  readonly names: string[];
}

function addHeader(headers: Headers, entry: Buffer): void {
  const { 1: key = EMPTY, 2: values = EMPTY } = parts(entry);
  const name = key.length <= 64 ? key.toString('latin1').toLowerCase() : '';
  const framing: string[] = [];
  for (const field of fieldsOf(values)) {
    if (!('bytes' in field)) continue;
    headers.fields += 1;
    headers.bytes += key.length + field.bytes.length + 4;
    if (FRAMING.has(name)) framing.push(field.bytes.toString('latin1'));
  }
  headers.longestName = Math.max(headers.longestName, key.length);
  if (framing.length > 0) headers.framing.set(name, framing);
  if (isDearer(name)) headers.dearer = true;
  if (name !== '') headers.names.push(name);
}

export interface AskedResponse {
  readonly remoteAddr: string;
  readonly status: number;
}

/**
 * The response side carries the request after injection, with the secret in it. Only `remote_addr` and the status are
 * decoded; every other field stays an unread view of the message.
 *
 * @throws when the message is malformed
 */
export function readResponse(message: Buffer): AskedResponse {
  const { 2: request, 3: response } = parts(message);
  let status = 0;
  for (const field of fieldsOf(response ?? EMPTY)) {
    if (field.number === 1 && 'value' in field) status = field.value;
  }
  const { 6: remoteAddr = EMPTY } = parts(request);
  return { remoteAddr: remoteAddr.toString('latin1'), status };
}

export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** TRANSFORM_ACTION_CONTINUE, TRANSFORM_ACTION_REJECT. */
const [CONTINUE, REJECT] = [1, 2];

/** @param notes Go into iron-proxy's own line of the request. */
export function requestAnswer(refusal: Refusal | undefined, notes: Readonly<Record<string, string>>): Buffer {
  return Buffer.concat([
    number(1, refusal === undefined ? CONTINUE : REJECT),
    ...(refusal === undefined ? [] : [bytes(2, responseOf(refusal))]),
    ...Object.entries(notes).map(([name, value]) => bytes(4, pair(name, bytes(2, value)))),
  ]);
}

export const RESPONSE_ANSWER = number(1, CONTINUE);

function responseOf({ status, headers, body }: Refusal): Buffer {
  return Buffer.concat([
    number(1, status),
    ...Object.entries(headers).map(([name, value]) => bytes(2, pair(name, bytes(2, bytes(1, value))))),
    bytes(3, body),
  ]);
}

/** An entry of a map. */
function pair(name: string, value: Buffer): Buffer {
  return Buffer.concat([bytes(1, name), value]);
}

const EMPTY = Buffer.alloc(0);

/** The last bytes field of each number: Protocol Buffers' own rule for a field that must not repeat. */
function parts(message: Buffer | undefined): Partial<Record<number, Buffer>> {
  const found: Partial<Record<number, Buffer>> = {};
  for (const field of fieldsOf(message ?? EMPTY) as Iterable<Field>) {
    if ('bytes' in field) found[field.number] = field.bytes;
  }
  return found;
}
