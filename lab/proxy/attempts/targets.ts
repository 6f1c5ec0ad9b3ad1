import { arrivedAtAll, arrivedIf, type ProxyAttempt, request, secure } from '../plan/attempt';
import type { Target } from '../plan/target';
import { group } from './group';

/** The directory that the reading rule covers, and what lies beside it. */
const base = ({ read }: Target) => read.path.replace(/\/[^/]*$/, '');
const get = (target: Target, path: string) => [
  secure(target, target.read.host, request('GET', path, target.read.host)),
];
const inside =
  (make: (base: string) => string): ProxyAttempt['run'] =>
  (target) =>
    get(target, make(base(target)));
const up = (target: Target, step: string) => step.repeat(base(target).split('/').length - 1);

export const TARGETS = group(
  {
    group: 'paths and methods',
    law: 'POL-1',
    heldBy: 'methods and paths of the rules',
    mustFailIn: ['paths'],
    through: arrivedAtAll,
  },
  [
    {
      id: 'T01',
      title: "another tenant's path on an allowed host",
      run: (target) => get(target, '/repos/somebody/else'),
    },
    { id: 'T02', title: 'the root of an allowed host', run: (target) => get(target, '/') },
    {
      id: 'T03',
      title: 'the allowed path as a prefix of a longer name',
      run: inside((path) => `${path}-evil/x`),
    },
    {
      id: 'T04',
      title: 'the allowed path in another case',
      run: inside((path) => `${path.toUpperCase()}/x`),
    },
    {
      id: 'T05',
      title: 'dot segments out of the allowed path',
      heldBy: 'dot segments are refused before any rule',
      mustFailIn: ['relay'],
      run: (target) => get(target, `${base(target)}/${up(target, '../')}user`),
    },
    {
      id: 'T06',
      title: 'dot segments, percent-encoded',
      heldBy: 'dot segments are refused before any rule',
      mustFailIn: ['relay'],
      run: (target) => get(target, `${base(target)}/${up(target, '%2e%2e/')}user`),
    },
    {
      id: 'T07',
      title: 'dot segments with an encoded slash',
      heldBy: 'dot segments are refused before any rule',
      mustFailIn: ['relay'],
      run: (target) => get(target, `${base(target)}/${up(target, '..%2f')}user`),
    },
    {
      id: 'T08',
      title: 'a single dot segment',
      heldBy: 'dot segments are refused before any rule',
      mustFailIn: ['relay'],
      run: inside((path) => `${path}/./x`),
    },
    { id: 'T09', title: 'two slashes before the path', run: inside((path) => `/${path}/x`) },
    {
      id: 'T10',
      title: 'a backslash instead of a slash',
      run: inside((path) => `${path.replace(/\/(?=[^/]*$)/, '\\')}\\x`),
    },
    {
      id: 'T11',
      title: 'a semicolon after a segment',
      run: inside((path) => `${path.replace(/^\/[^/]+/, '$&;a=b')}/x`),
    },
    {
      id: 'T12',
      title: 'NUL in the path',
      heldBy: "Go's HTTP server refuses it",
      mustFailIn: ['relay'],
      run: inside((path) => `${path}/x\0y`),
    },
    { id: 'T13', title: 'an encoded NUL beside the allowed path', run: inside((path) => `${path}%00/x`) },
    {
      id: 'T14',
      title: 'a space in the target',
      heldBy: "Go's HTTP server refuses it",
      mustFailIn: ['relay'],
      run: inside((path) => `${path}/x y`),
    },
    {
      id: 'T15',
      title: 'the forbidden path behind a question mark that is encoded',
      run: inside((path) => `/user%3f${path}/x`),
    },
    {
      id: 'T16',
      title: 'a fragment before the path',
      run: (target) => get(target, `/user#${base(target)}/x`),
      mustFailIn: ['paths'],
    },
    {
      id: 'T22',
      title: 'dot segments, percent-encoded twice',
      heldBy: 'the path is passed on as it came: one decoding is left to the server',
      mustFailIn: ['decoder'],
      run: (target) => get(target, `${base(target)}/${up(target, '%252e%252e/')}user`),
      through: arrivedIf(({ target }) => /%2e%2e\//i.test(target) && !/%252e/i.test(target)),
    },
    {
      id: 'T17',
      title: 'a method that no rule has',
      mustFailIn: ['methods'],
      run: (target) => [
        secure(target, target.read.host, request('DELETE', target.read.path, target.read.host)),
      ],
    },
    {
      id: 'T18',
      title: 'the allowed method in lower case',
      mustFailIn: ['methods'],
      run: (target) => [secure(target, target.read.host, request('get', target.read.path, target.read.host))],
    },
    {
      id: 'T19',
      title: 'a made-up method',
      mustFailIn: ['methods'],
      run: (target) => [
        secure(target, target.read.host, request('PURGE', target.read.path, target.read.host)),
      ],
    },
    {
      id: 'T20',
      title: 'TRACE, which says what was sent',
      mustFailIn: ['methods'],
      run: (target) => [
        secure(target, target.read.host, request('TRACE', target.read.path, target.read.host)),
      ],
    },
    {
      id: 'T21',
      title: 'a high-risk rule without a grant',
      heldBy: 'high-risk rules are not in force until granted',
      mustFailIn: ['methods'],
      run: (target) => {
        const [shut] = target.policy.shut;
        if (shut === undefined) return 'this policy has no high-risk rule';
        const path = (shut.paths?.[0] ?? '/').replaceAll('*', 'lab');
        return [secure(target, shut.host, request(shut.methods?.[0] ?? 'DELETE', path, shut.host))];
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
    law: 'POL-1',
    heldBy: 'such headers are taken off every request',
    mustFailIn: ['headers'],
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
      run: (target: Target) => [
        secure(
          target,
          target.read.host,
          request('GET', target.read.path, target.read.host, { headers: [`${header}: DELETE`] }),
        ),
      ],
    })),
    ...REWRITES.map((header, index) => ({
      id: `O0${index + 4}`,
      title: `${header} to another path`,
      run: (target: Target) => [
        secure(
          target,
          target.read.host,
          request('GET', target.read.path, target.read.host, { headers: [`${header}: /user`] }),
        ),
      ],
    })),
    {
      id: 'O06',
      title: 'an override in another case and order',
      run: (target) => [
        secure(
          target,
          target.read.host,
          request('GET', target.read.path, target.read.host, {
            headers: ['x-HTTP-method-OVERRIDE: PATCH', 'X-Other: 1'],
          }),
        ),
      ],
    },
  ],
);
