import { CONNECT_TARGET } from '../../policy/plain-name';

/** Most bytes of a head: no honest client's comes near it. */
export const HEAD_LIMIT = 8192;

export type Head =
  /** The head isn't complete yet. */
  | { readonly kind: 'unfinished' }
  /** A CONNECT to a plain host name and port 443; `rest` came behind the head. */
  | { readonly kind: 'opens'; readonly rest: Buffer }
  | { readonly kind: 'refused'; readonly status: number; readonly why: string };

const END = Buffer.from('\r\n\r\n');
const REQUEST_LINE = /^([A-Z]{1,20}) (\S+) HTTP\/1\.[01]$/;

/** What the answerer makes of the bytes that a client has sent so far. Headers are neither read nor kept. */
export function readHead(bytes: Buffer): Head {
  const end = bytes.indexOf(END);
  if (end > HEAD_LIMIT || (end < 0 && bytes.length > HEAD_LIMIT)) {
    return refused(431, `a CONNECT may have ${HEAD_LIMIT} bytes of head`);
  }
  if (end < 0) return { kind: 'unfinished' };
  const line = bytes.subarray(0, bytes.indexOf('\r\n')).toString('latin1');
  const [, method, target = ''] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined) return refused(400, 'this is no HTTP/1 request');
  if (method !== 'CONNECT') return refused(405, 'this port answers CONNECT alone');
  return CONNECT_TARGET.test(target)
    ? { kind: 'opens', rest: bytes.subarray(end + END.length) }
    : refused(403, 'CONNECT opens a tunnel to a host name and port 443, and to nothing else');
}

function refused(status: number, why: string): Head {
  return { kind: 'refused', status, why };
}
