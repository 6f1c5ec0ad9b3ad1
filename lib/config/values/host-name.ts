import { type Finding, refusing, shaped } from '../finding';
import { isPublicSuffix } from './public-suffix';

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const NOT_LABELS = new RegExp(`^(?!(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*$)`);
const INSIDE = /(?:^|\.)(?:localhost|local|internal|localdomain|lan|home|corp|intranet|private)$/;

const write = (host: string) => `write ${JSON.stringify(host)}`;
const bare = (host: string) =>
  host
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#].*$/, '')
    .replace(/^.*@/, '');
const HOSTS = 'write a host name: rules name hosts, not addresses';

const hostName = refusing([
  [/^$/, 'is empty', 'write a host name such as "api.example.com"'],
  [/:\/\//, 'must be a host name without a scheme', (host) => write(bare(host))],
  [/\//, 'must be a host name without a path', (host) => `${write(bare(host))}, and the path under paths`],
  [/@/, 'must be a host name without a user', (host) => write(bare(host))],
  [/^\[|::/, 'is an IPv6 address', HOSTS],
  [
    /:\d*$/,
    'must be a host name without a port',
    (host) => `${write(host.replace(/:\d*$/, ''))}: only 443 leaves the proxy box`,
  ],
  [/^\*$/, 'matches every host', 'name the hosts the agent needs'],
  [
    /(?<!^)\*|^\*(?!\.)/,
    'has a "*" that is not the whole first label',
    'write "*.example.com" or the full name',
  ],
  [/[A-Z]/, 'must be lower case', (host) => write(host.toLowerCase())],
  [/\.$/, 'must not end with a dot', (host) => write(host.replace(/\.+$/, ''))],
  [/_/, 'has an underscore, which no host name has', 'write the name the certificate carries'],
  [/[^\x21-\x7e]/, 'has a character outside ASCII', 'write the name in its "xn--" form'],
  [/^.{254}/s, 'is longer than 253 characters', 'write the real host name'],
  [/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/, 'is an IP address', HOSTS],
  [
    INSIDE,
    'is a name of the inside of a network or machine',
    'remove the rule: agents reach public hosts only',
  ],
  [/\.(?:arpa|invalid|onion|test|alt)$/, 'is a name that no public host has', 'write the real host name'],
  [
    NOT_LABELS,
    'is not a host name',
    'write letters, digits and hyphens in labels of 1 to 63, joined by dots',
  ],
  [/^[^.]*$/, 'is not a full host name', (host) => `write it with its domain, such as "${host}.example.com"`],
]);

/** Accepts a rule's host: a full name, or `*.` and a domain of one owner. */
export const checkHost = shaped(
  /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/,
  (host) => hostName(host) ?? checkWildcard(host),
);

/** Accepts a full name only: for mirrors and presets' parameters. */
export function checkExactHost(host: string): Finding | undefined {
  return host.includes('*')
    ? { message: 'must be one host', fix: 'write the full name, without "*"' }
    : hostName(host);
}

function checkWildcard(host: string): Finding | undefined {
  return host.startsWith('*.') && isPublicSuffix(host.slice(2))
    ? {
        message: 'is a wildcard over names that anybody can register',
        fix: 'write the full name, or a wildcard below one owner\'s domain, such as "*.example.com"',
      }
    : undefined;
}
