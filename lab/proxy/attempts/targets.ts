import { arrivedAtAll, arrivedIf, type DoorAttempt, request, secure } from '../plan/attempt';
import type { DoorCast } from '../plan/cast';
import { group } from './group';

/** The directory that the reading rule covers, and what lies beside it. */
const base = ({ read }: DoorCast) => read.path.replace(/\/[^/]*$/, '');
const get = (cast: DoorCast, path: string) => [
  secure(cast, cast.read.host, request('GET', path, cast.read.host)),
];
const inside =
  (make: (base: string) => string): DoorAttempt['steps'] =>
  (cast) =>
    get(cast, make(base(cast)));
const up = (cast: DoorCast, step: string) => step.repeat(base(cast).split('/').length - 1);

export const TARGETS = group(
  {
    group: 'paths and methods',
    invariant: 'POL-1',
    stops: 'methods and paths of the rules',
    weakened: 'paths',
    through: arrivedAtAll,
  },
  [
    {
      id: 'T01',
      title: "another tenant's path on an allowed host",
      steps: (cast) => get(cast, '/repos/somebody/else'),
    },
    { id: 'T02', title: 'the root of an allowed host', steps: (cast) => get(cast, '/') },
    {
      id: 'T03',
      title: 'the allowed path as a prefix of a longer name',
      steps: inside((path) => `${path}-evil/x`),
    },
    {
      id: 'T04',
      title: 'the allowed path in another case',
      steps: inside((path) => `${path.toUpperCase()}/x`),
    },
    {
      id: 'T05',
      title: 'dot segments out of the allowed path',
      stops: 'dot segments are refused before any rule',
      weakened: 'relay',
      steps: (cast) => get(cast, `${base(cast)}/${up(cast, '../')}user`),
    },
    {
      id: 'T06',
      title: 'dot segments, percent-encoded',
      stops: 'dot segments are refused before any rule',
      weakened: 'relay',
      steps: (cast) => get(cast, `${base(cast)}/${up(cast, '%2e%2e/')}user`),
    },
    {
      id: 'T07',
      title: 'dot segments with an encoded slash',
      stops: 'dot segments are refused before any rule',
      weakened: 'relay',
      steps: (cast) => get(cast, `${base(cast)}/${up(cast, '..%2f')}user`),
    },
    {
      id: 'T08',
      title: 'a single dot segment',
      stops: 'dot segments are refused before any rule',
      weakened: 'relay',
      steps: inside((path) => `${path}/./x`),
    },
    { id: 'T09', title: 'two slashes before the path', steps: inside((path) => `/${path}/x`) },
    {
      id: 'T10',
      title: 'a backslash instead of a slash',
      steps: inside((path) => `${path.replace(/\/(?=[^/]*$)/, '\\')}\\x`),
    },
    {
      id: 'T11',
      title: 'a semicolon after a segment',
      steps: inside((path) => `${path.replace(/^\/[^/]+/, '$&;a=b')}/x`),
    },
    {
      id: 'T12',
      title: 'NUL in the path',
      stops: "Go's HTTP server refuses it",
      weakened: 'relay',
      steps: inside((path) => `${path}/x\0y`),
    },
    { id: 'T13', title: 'an encoded NUL beside the allowed path', steps: inside((path) => `${path}%00/x`) },
    {
      id: 'T14',
      title: 'a space in the target',
      stops: "Go's HTTP server refuses it",
      weakened: 'relay',
      steps: inside((path) => `${path}/x y`),
    },
    {
      id: 'T15',
      title: 'the forbidden path behind a question mark that is encoded',
      steps: inside((path) => `/user%3f${path}/x`),
    },
    {
      id: 'T16',
      title: 'a fragment before the path',
      steps: (cast) => get(cast, `/user#${base(cast)}/x`),
      weakened: 'paths',
    },
    {
      id: 'T22',
      title: 'dot segments, percent-encoded twice',
      stops: 'the path is passed on as it came: one decoding is left to the server',
      weakened: 'decoder',
      steps: (cast) => get(cast, `${base(cast)}/${up(cast, '%252e%252e/')}user`),
      through: arrivedIf(({ target }) => /%2e%2e\//i.test(target) && !/%252e/i.test(target)),
    },
    {
      id: 'T17',
      title: 'a method that no rule has',
      weakened: 'methods',
      steps: (cast) => [secure(cast, cast.read.host, request('DELETE', cast.read.path, cast.read.host))],
    },
    {
      id: 'T18',
      title: 'the allowed method in lower case',
      weakened: 'methods',
      steps: (cast) => [secure(cast, cast.read.host, request('get', cast.read.path, cast.read.host))],
    },
    {
      id: 'T19',
      title: 'a made-up method',
      weakened: 'methods',
      steps: (cast) => [secure(cast, cast.read.host, request('PURGE', cast.read.path, cast.read.host))],
    },
    {
      id: 'T20',
      title: 'TRACE, which says what was sent',
      weakened: 'methods',
      steps: (cast) => [secure(cast, cast.read.host, request('TRACE', cast.read.path, cast.read.host))],
    },
    {
      id: 'T21',
      title: 'a high-risk rule without a grant',
      stops: 'high-risk rules are not in force until granted',
      weakened: 'methods',
      steps: (cast) => {
        const [shut] = cast.policy.shut;
        if (shut === undefined) return 'this policy has no high-risk rule';
        const path = (shut.paths?.[0] ?? '/').replaceAll('*', 'lab');
        return [secure(cast, shut.host, request(shut.methods?.[0] ?? 'DELETE', path, shut.host))];
      },
    },
  ],
);

const OVERRIDES = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'];
const REWRITES = ['X-Original-URL', 'X-Rewrite-URL'];

/** Headers by which some servers let a request be another one. */
export const OVERRIDING = group(
  {
    group: 'headers that make another request of it',
    invariant: 'POL-1',
    stops: 'such headers are taken off every request',
    weakened: 'headers',
    through: arrivedIf(({ headers }) =>
      headers.some((name) =>
        [...OVERRIDES, ...REWRITES].some((each) => each.toLowerCase() === name.toLowerCase()),
      ),
    ),
  },
  [
    ...OVERRIDES.map((header, index) => ({
      id: `O0${index + 1}`,
      title: `${header}: DELETE`,
      steps: (cast: DoorCast) => [
        secure(
          cast,
          cast.read.host,
          request('GET', cast.read.path, cast.read.host, { headers: [`${header}: DELETE`] }),
        ),
      ],
    })),
    ...REWRITES.map((header, index) => ({
      id: `O0${index + 4}`,
      title: `${header} to another path`,
      steps: (cast: DoorCast) => [
        secure(
          cast,
          cast.read.host,
          request('GET', cast.read.path, cast.read.host, { headers: [`${header}: /user`] }),
        ),
      ],
    })),
    {
      id: 'O06',
      title: 'an override in another case and order',
      steps: (cast) => [
        secure(
          cast,
          cast.read.host,
          request('GET', cast.read.path, cast.read.host, {
            headers: ['x-HTTP-method-OVERRIDE: PATCH', 'X-Other: 1'],
          }),
        ),
      ],
    },
  ],
);
