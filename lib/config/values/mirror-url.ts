import { type Finding, shaped } from '../finding';
import { checkExactHost } from './host-name';

const ADDRESS = /^https:\/\/[^@?#]+$/;

export interface Mirror {
  readonly host: string;
  /** Path below which everything lies: empty, or beginning with "/" and not ending with one. */
  readonly path: string;
}

/** Parses HTTPS, a host and at most a path: package managers and egress rules read this form alike. */
export function parseMirror(url: string): Mirror | Finding {
  const [, scheme, authority = '', path = '', rest = ''] =
    /^([a-z]+):\/\/([^/?#]*)([^?#]*)(.*)$/i.exec(url) ?? [];
  if (scheme === undefined) {
    return { message: 'is not an address', fix: 'write one such as "https://mirror.example.com/debian"' };
  }
  if (scheme !== 'https') {
    return {
      message: 'must begin with "https://"',
      fix: 'write an HTTPS address: plaintext never leaves the proxy box (NET-6)',
    };
  }
  if (authority.includes('@')) {
    return { message: 'must not carry a user or password', fix: 'remove what stands before "@"' };
  }
  if (/:\d*$/.test(authority)) {
    return { message: 'must not name a port', fix: 'remove it: only 443 leaves the proxy box' };
  }
  if (rest !== '') {
    return { message: 'must not have a query or fragment', fix: 'remove what begins with "?" or "#"' };
  }
  const trimmed = path.replace(/\/$/, '');
  return checkExactHost(authority) ?? checkMirrorPath(trimmed) ?? { host: authority, path: trimmed };
}

export const checkMirror = shaped(ADDRESS, (url) => {
  const parsed = parseMirror(url);
  return 'message' in parsed ? parsed : undefined;
});

/** Debian's security archive is at the main archive's path plus "-security", so the path can't be empty. */
export const checkAptMirror = shaped(ADDRESS, (url) => {
  const parsed = parseMirror(url);
  if ('message' in parsed) {
    return parsed;
  }
  return parsed.path === ''
    ? { message: "must end in the archive's path", fix: `write one such as "https://${parsed.host}/debian"` }
    : undefined;
});

/** Only segments that mean the same in an address, a package manager's settings and a path pattern. */
function checkMirrorPath(path: string): Finding | undefined {
  return /^(?:\/[A-Za-z0-9][A-Za-z0-9._~-]*)*$/.test(path)
    ? undefined
    : {
        message: 'has a path that is not plain',
        fix: 'write segments of a-z, A-Z, 0-9, ".", "_", "~" and "-" between single slashes',
      };
}
