import { isIPv6 } from 'node:net';

/** How Go's HTTP server parses a request line: its target, or why it answers 400. */
export type RequestTarget =
  | {
      readonly ok: true;
      /** Decoded once, as a byte string. Empty for an authority or an opaque target. */
      readonly path: string;
      /** The part after the first `?`, as written. */
      readonly query: string;
      /** The authority of an absolute target; empty when the Host header counts. */
      readonly host: string;
      readonly scheme: string;
    }
  | { readonly ok: false; readonly why: string };

class Malformed extends Error {}

/** ASCII characters that a host may hold unescaped (Go's `encodeHost`). */
const HOST_CHARACTERS = /^[!"$&'()*+,\-.0-9:;<=>A-Z[\]_a-z~\x80-\xff]*$/;
const CONTROL = /[^ -~\x80-\uffff]/;
const ESCAPE = /%([0-9A-Fa-f]{2})/g;

/** Decodes every `%xx` once. */
function decodeEscapes(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) throw new Malformed('a % that two hex digits do not follow');
  return text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** The same for a host: no escaped ASCII except `%25`. */
function decodeHost(text: string): string {
  const plain = text.replace(ESCAPE, '');
  if (!plain.includes('%') && !HOST_CHARACTERS.test(plain))
    throw new Malformed('a character no host may hold');
  if (/%(?!25)[0-7]/.test(text)) throw new Malformed('an escaped ASCII character in a host');
  return decodeEscapes(text);
}

/** The part from `%25` on, in an IPv6 address with a zone. */
function decodeZone(text: string): string {
  const zone = decodeEscapes(text);
  if (
    !HOST_CHARACTERS.test(text.replace(ESCAPE, '')) ||
    !/^[ %!"$&'()*+,\-.0-9:;<=>A-Z[\]_a-z~]+$/.test(zone)
  ) {
    throw new Malformed('a character no host may hold');
  }
  return zone;
}

function bracketed(text: string): string {
  const close = text.lastIndexOf(']');
  if (close < 0) throw new Malformed('a [ without its ]');
  const port = text.slice(close + 1);
  if (!/^(:[0-9]*)?$/.test(port)) throw new Malformed('a port that is no number');
  const inside = text.slice(1, close);
  const mark = inside.indexOf('%25');
  const zone = mark < 0 ? '' : decodeZone(inside.slice(mark));
  const address = decodeHost(mark < 0 ? inside : inside.slice(0, mark)) + zone;
  const percent = address.indexOf('%');
  const bare = percent < 0 ? address : address.slice(0, percent);
  if (!isIPv6(bare) || percent === address.length - 1) {
    throw new Malformed('brackets around something that is no IPv6 address');
  }
  return `[${address}]${port}`;
}

function parseHost(scheme: string, text: string): string {
  const open = text.lastIndexOf('[');
  if (open > 0) throw new Malformed('a [ inside a host');
  if (open === 0) return bracketed(text);
  const strict = scheme === 'http' || scheme === 'https';
  const colon = strict ? text.indexOf(':') : text.lastIndexOf(':');
  if (colon >= 0 && !/^:[0-9]*$/.test(text.slice(colon))) throw new Malformed('a port that is no number');
  return decodeHost(text);
}

function parseAuthority(scheme: string, authority: string): string {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw new Malformed('a user name no URL may hold');
    decodeEscapes(user);
  }
  return host;
}

function splitScheme(raw: string): { scheme: string; rest: string } {
  if (raw.startsWith(':')) throw new Malformed('a scheme that is missing');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(raw)?.[1];
  return scheme === undefined
    ? { scheme: '', rest: raw }
    : { scheme: scheme.toLowerCase(), rest: raw.slice(scheme.length + 1) };
}

/** Go's `url.ParseRequestURI`; a `#` has no meaning. */
function parse(raw: string): { scheme: string; host: string; path: string; query: string } {
  if (CONTROL.test(raw)) throw new Malformed('a control character');
  if (raw === '') throw new Malformed('an empty target');
  if (raw === '*') return { scheme: '', host: '', path: '*', query: '' };
  const { scheme, rest } = splitScheme(raw);
  const question = rest.indexOf('?');
  const target = question < 0 ? rest : rest.slice(0, question);
  const query = question < 0 ? '' : rest.slice(question + 1);
  if (!target.startsWith('/')) {
    if (scheme === '') throw new Malformed('a target that is neither a path nor a URL');
    return { scheme, host: '', path: '', query };
  }
  if (scheme === '' || !target.startsWith('//'))
    return { scheme, host: '', path: decodeEscapes(target), query };
  const slash = target.indexOf('/', 2);
  const end = slash < 0 ? target.length : slash;
  const host = parseAuthority(scheme, target.slice(2, end));
  const path = target.slice(end);
  return { scheme, host, path: decodeEscapes(path), query };
}

/** Characters a method may be made of (RFC 9110, `token`). */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * `target` is the text between method and version on the request line, as a byte string. Never throws: `{ ok: false }`
 * where Go's server answers 400.
 */
export function parseRequestTarget(method: string, target: string): RequestTarget {
  if (!TOKEN.test(method)) return { ok: false, why: 'the method is not an HTTP method' };
  if (target.includes(' ')) return { ok: false, why: 'the request line holds a space' };
  const authorityOnly = method === 'CONNECT' && !target.startsWith('/');
  try {
    const parsed = parse(authorityOnly ? `http://${target}` : target);
    return { ok: true, ...parsed, scheme: authorityOnly ? '' : parsed.scheme };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, why: `the request target holds ${error.message}` };
    throw error;
  }
}

/** Go's `httpguts.ValidHostHeader`. */
export function isValidHostHeader(host: string): boolean {
  return /^[A-Za-z0-9!$%&'()*+,\-.:;=[\]_~]*$/.test(host);
}
