import { sharing } from '../../proof/proof';
import { arrivedAtAll, arrivedIf, type ProxyAttempt, request, secure } from '../plan/attempt';
import { directoryOf } from '../plan/target';
import { readOverTls, toRoot } from './reading';

/** A path; in a text, `$` is the directory that the reading rule covers. */
type Path = string | ((directory: string) => string);
const path =
  (to: Path): ProxyAttempt['run'] =>
  (target) => {
    const directory = directoryOf(target.read);
    return readOverTls(target, {
      path: typeof to === 'string' ? to.replaceAll('$', () => directory) : to(directory),
    });
  };
/** The same, if the reading rule leaves paths of its host out. */
const outside =
  (to: Path): ProxyAttempt['run'] =>
  (target) =>
    directoryOf(target.read) === '' ? 'the reading rule covers its whole host' : path(to)(target);
/** Reads a path that leads out of that directory. */
const outBy = (step: string) => path((directory) => `${directory}/${toRoot(directory, step)}user`);
const method =
  (other: string): ProxyAttempt['run'] =>
  (target) =>
    readOverTls(target, { method: other });

const shared = {
  group: 'paths and methods',
  law: 'POL-1',
  heldBy: 'methods and paths of the rules',
  through: arrivedAtAll,
} as const;
const byPath = sharing<ProxyAttempt>({ ...shared, mustFailIn: ['paths'] });
const byMethod = sharing<ProxyAttempt>({ ...shared, mustFailIn: ['methods'] });
const byDots = sharing<ProxyAttempt>({
  ...shared,
  heldBy: 'dot segments are refused before any rule',
  mustFailIn: ['relay'],
});
const byServer = sharing<ProxyAttempt>({
  ...shared,
  heldBy: "Go's HTTP server refuses it",
  mustFailIn: ['relay'],
});

export const TARGETS: readonly ProxyAttempt[] = [
  byPath('T01', "another tenant's path on an allowed host", outside('/repos/somebody/else')),
  byPath('T02', 'the root of an allowed host', outside('/')),
  byPath('T03', 'the allowed path as a prefix of a longer name', outside('$-evil/x')),
  byPath(
    'T04',
    'the allowed path in another case',
    outside((each) => `${each.toUpperCase()}/x`),
  ),
  byDots('T05', 'dot segments out of the allowed path', outBy('../')),
  byDots('T06', 'dot segments, percent-encoded', outBy('%2e%2e/')),
  byDots('T07', 'dot segments with an encoded slash', outBy('..%2f')),
  byDots('T08', 'a single dot segment', path('$/./x')),
  byPath('T09', 'two slashes before the path', outside('/$/x')),
  byPath(
    'T10',
    'a backslash instead of a slash',
    outside((each) => `${each.replace(/(?<=.)\/(?=[^/]*$)/, '\\')}\\x`),
  ),
  byPath(
    'T11',
    'a semicolon after a segment',
    outside((each) => `${each.replace(/^\/[^/]+/, '$&;a=b')}/x`),
  ),
  byServer('T12', 'NUL in the path', path('$/x\0y')),
  byPath('T13', 'an encoded NUL beside the allowed path', outside('$%00/x')),
  byServer('T14', 'a space in the target', path('$/x y')),
  byPath('T15', 'the forbidden path behind a question mark that is encoded', outside('/user%3f$/x')),
  byPath('T16', 'a fragment before the path', outside('/user#$/x')),
  byPath('T22', 'dot segments, percent-encoded twice', outBy('%252e%252e/'), {
    heldBy: 'the path is sent on as it came: the server decodes it once',
    mustFailIn: ['decoder'],
    through: arrivedIf(({ target }) => /%2e%2e\//i.test(target) && !/%252e/i.test(target)),
  }),
  byMethod('T17', 'a method that no rule has', method('DELETE')),
  byMethod('T18', 'the allowed method in lower case', method('get')),
  byMethod('T19', 'a made-up method', method('PURGE')),
  byMethod('T20', 'TRACE, which returns what was sent', method('TRACE')),
  byMethod(
    'T21',
    'a high-risk rule without a grant',
    (target) => {
      const [shut] = target.policy.shut;
      if (shut === undefined) return 'this policy has no high-risk rule';
      const one = (shut.paths?.[0] ?? '/').replaceAll('*', 'lab');
      return [secure(target, shut.host, request(shut.methods?.[0] ?? 'DELETE', one, shut.host))];
    },
    { heldBy: 'high-risk rules are not in force until granted' },
  ),
];

const OVERRIDES = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'];
const REWRITES = ['X-Original-URL', 'X-Rewrite-URL'];
const LOWER = [...OVERRIDES, ...REWRITES].map((each) => each.toLowerCase());

const overriding = (id: string, title: string, ...headers: string[]) =>
  sharing<ProxyAttempt>({
    group: 'headers that change method or path',
    law: 'POL-1',
    heldBy: 'such headers are removed from every request',
    mustFailIn: ['headers'],
    through: arrivedIf((arrival) => arrival.headers.some((name) => LOWER.includes(name.toLowerCase()))),
  })(id, title, (target) => readOverTls(target, { headers }));

/** Headers that make some servers take one request for another. */
export const OVERRIDING: readonly ProxyAttempt[] = [
  ...OVERRIDES.map((header, index) => overriding(`O0${index + 1}`, `${header}: DELETE`, `${header}: DELETE`)),
  ...REWRITES.map((header, index) =>
    overriding(`O0${index + 4}`, `${header} to another path`, `${header}: /user`),
  ),
  overriding('O06', 'an override in another case and order', 'x-HTTP-method-OVERRIDE: PATCH', 'X-Other: 1'),
];
