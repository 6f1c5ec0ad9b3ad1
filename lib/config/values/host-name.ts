import { type Finding, shaped } from '../finding';
import { isPublicSuffix } from './public-suffix';

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Names that lead to the machine itself, to its network or to nowhere. */
const INSIDE = [
  'localhost',
  'local',
  'internal',
  'localdomain',
  'lan',
  'home',
  'corp',
  'intranet',
  'private',
];
const NOWHERE = ['arpa', 'invalid', 'onion', 'test', 'alt'];

type Test = (host: string) => Finding | undefined;

const when =
  (bad: (host: string) => boolean, message: string, fix: (host: string) => string): Test =>
  (host) =>
    bad(host) ? { message, fix: fix(host) } : undefined;

const write = (host: string) => `write ${JSON.stringify(host)}`;
const bare = (host: string) =>
  host
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .replace(/[/?#].*$/, '')
    .replace(/^.*@/, '');

const TESTS: readonly Test[] = [
  when(
    (host) => host === '',
    'is empty',
    () => 'write a host name such as "api.example.com"',
  ),
  when(
    (host) => host.includes('://'),
    'must be a host name without a scheme',
    (host) => write(bare(host)),
  ),
  when(
    (host) => host.includes('/'),
    'must be a host name without a path',
    (host) => `${write(bare(host))}, and the path under paths`,
  ),
  when(
    (host) => host.includes('@'),
    'must be a host name without a user',
    (host) => write(bare(host)),
  ),
  when(
    (host) => /^\[|::/.test(host),
    'is an IPv6 address',
    () => 'write a host name: rules name hosts, not addresses',
  ),
  when(
    (host) => /:\d*$/.test(host),
    'must be a host name without a port',
    (host) => `${write(host.replace(/:\d*$/, ''))}: only 443 leaves the proxy box`,
  ),
  when(
    (host) => host === '*',
    'matches every host',
    () => 'name the hosts the agent needs',
  ),
  when(
    (host) => /^\*?\.?[^*]*\*/.test(host.replace(/^\*\./, '')),
    'has a "*" that is not the whole first label',
    () => 'write "*.example.com" or the full name',
  ),
  when(
    (host) => host !== host.toLowerCase(),
    'must be lower case',
    (host) => write(host.toLowerCase()),
  ),
  when(
    (host) => host.endsWith('.'),
    'must not end with a dot',
    (host) => write(host.replace(/\.+$/, '')),
  ),
  when(
    (host) => host.includes('_'),
    'has an underscore, which no host name has',
    () => 'write the name the certificate carries',
  ),
  when(
    (host) => /[^\x21-\x7e]/.test(host),
    'has a character outside ASCII',
    () => 'write the name in its "xn--" form',
  ),
  when(
    (host) => host.length > 253,
    'is longer than 253 characters',
    () => 'write the real host name',
  ),
  when(
    (host) => /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(host),
    'is an IP address',
    () => 'write a host name: rules name hosts, not addresses',
  ),
  when(
    (host) => INSIDE.some((name) => host === name || host.endsWith(`.${name}`)),
    'is a name of the inside of a network or machine',
    () => 'remove the rule: agents reach public hosts only',
  ),
  when(
    (host) => NOWHERE.some((name) => host.endsWith(`.${name}`)),
    'is a name that no public host has',
    () => 'write the real host name',
  ),
  when(
    (host) =>
      !host
        .replace(/^\*\./, '')
        .split('.')
        .every((label) => LABEL.test(label)),
    'is not a host name',
    () => 'write letters, digits and hyphens in labels of 1 to 63, joined by dots',
  ),
  when(
    (host) => !host.replace(/^\*\./, '').includes('.') && !host.startsWith('*.'),
    'is not a full host name',
    (host) => `write it with its domain, such as "${host}.example.com"`,
  ),
];

/** A name a rule may carry: exact, or `*.` and a name below which every host belongs to one owner. */
export const checkHost = shaped(
  /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*$/,
  (host) => checkHostName(host) ?? checkWildcard(host),
);

/** The same without wildcards: for mirrors and presets' parameters. */
export function checkExactHost(host: string): Finding | undefined {
  return host.includes('*')
    ? { message: 'must be one host', fix: 'write the full name, without "*"' }
    : checkHostName(host);
}

function checkHostName(host: string): Finding | undefined {
  for (const test of TESTS) {
    const finding = test(host);
    if (finding) {
      return finding;
    }
  }
  return undefined;
}

function checkWildcard(host: string): Finding | undefined {
  return host.startsWith('*.') && isPublicSuffix(host.slice(2))
    ? {
        message: 'is a wildcard over names that anybody can register',
        fix: 'write the full name, or a wildcard below one owner\'s domain, such as "*.example.com"',
      }
    : undefined;
}
