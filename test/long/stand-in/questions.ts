import fc from 'fast-check';
import { stripPort } from '../../../lib/policy/host-port';
import type { PolicyRequest } from '../../../lib/policy/wire';
import { decisions } from '../../policy/fixture';
import { hosts } from './replay';

export const POLICIES = ['scout', 'patterns', 'telegram', 'overlap', 'bedrock', 'anywhere', 'empty'];

const pieces = (...texts: string[]) =>
  fc.array(fc.constantFrom(...texts), { minLength: 1, maxLength: 6 }).map((found) => found.join(''));

const METHODS = [
  'GET',
  'POST',
  'PATCH',
  'DELETE',
  'CONNECT',
  'get',
  'HEAD',
  'OPTIONS',
  'BREW',
  'X-Y',
  '',
  'G T',
  'GÉT',
];
const TAILS = [
  '/',
  '/..',
  '/.',
  '%2e',
  '%2F',
  '%',
  '%zz',
  '%25',
  ';',
  '?',
  '#',
  '\\',
  'é',
  '%ff',
  '%00',
  ' ',
  '\t',
  '*',
  'x',
  '=',
];
const TARGETS = [
  '/',
  '//',
  'http://',
  'https://',
  'api.github.com',
  '@',
  ':',
  '443',
  '[',
  ']',
  '*',
  'x:',
  'repos',
  '?',
];
const variations = (host: string): readonly string[] => [
  `${host}:443`,
  `${host}:`,
  `${host}:80`,
  `${host}:8443`,
  `${host}:https`,
  `${host}.`,
  host.toUpperCase(),
  `x.${host}`,
  `${host}x`,
  `x@${host}`,
  `${host} x`,
  `[${host}]`,
];
const STRANGERS = ['', 'collector.example.com', '[::1]:443', '[::1', '172.32.0.1:443', '%41', 'a:b:c', '*'];

/** A request that the rule allows: each pattern becomes a text that it matches. */
function allowedBy({
  host,
  methods,
  paths,
}: Rule): Record<'method' | 'host' | 'target', fc.Arbitrary<string>> {
  const concrete = (pattern: string) =>
    pattern.replace('[a-c]', 'b').replace('[^0-9]', 'q').replace(/\\?\*/g, '*').replace(/\?/g, '7');
  return {
    method: fc.constantFrom(...(methods.length > 0 ? methods : ['GET', 'BREW'])),
    host: fc.constant(host === '*' ? 'www.example.com' : concrete(host).replace('*', 'www')),
    target: fc.constantFrom(...(paths.length > 0 ? paths : ['/any'])).map(concrete),
  };
}

type Rule = (typeof decisions.policies)[string]['rules'][number];

/** Mostly a request that the rule allows, with some of its parts changed. */
function around(rule: Rule) {
  const usual = allowedBy(rule);
  const mostly = (plain: fc.Arbitrary<string>, odd: fc.Arbitrary<string>) =>
    fc.oneof({ weight: 5, arbitrary: plain }, { weight: 2, arbitrary: odd });
  const host = mostly(
    usual.host,
    fc.oneof(
      usual.host.chain((name) => fc.constantFrom(...variations(name))),
      fc.constantFrom(...hosts(), ...STRANGERS),
    ),
  );
  const tail = usual.target.chain((start) => pieces(...TAILS).map((end) => `${start}${end}`));
  return fc.record({
    method: mostly(usual.method, fc.constantFrom(...METHODS)),
    host,
    target: mostly(usual.target, fc.oneof({ weight: 3, arbitrary: tail }, pieces(...TARGETS))),
    other: host.map((name) => name.replace(/[^!-~]/g, '')),
    agrees: fc.constantFrom(true, true, true, true, false),
    scheme: fc.constantFrom('https' as const, 'https' as const, 'https' as const, 'http' as const),
    via: fc.constantFrom('direct' as const, 'direct' as const, 'tunnel' as const, 'absolute' as const),
  });
}

export interface Question {
  readonly policy: string;
  readonly asked: PolicyRequest;
}

export const question: fc.Arbitrary<Question> = fc
  .constantFrom(...POLICIES.flatMap((policy) => rulesOf(policy).map((rule) => ({ policy, rule }))))
  .chain(({ policy, rule }) =>
    around(rule).map(({ other, agrees, ...rest }) => ({
      policy,
      asked: {
        ...rest,
        // A plain proxy request names its host in the target; with CONNECT it would be a tunnel.
        ...(rest.via === 'absolute' && {
          target: `${rest.scheme}://${rest.host}${rest.target}`,
          method: rest.method.replace('CONNECT', 'GET'),
        }),
        ...(!agrees && { sni: other, connect: other || 'x:1' }),
      },
    })),
  );

/** For an agent without rules: the rules of another agent, to make requests from. */
function rulesOf(policy: string): readonly Rule[] {
  const { rules = [] } = decisions.policies[policy] ?? {};
  return rules.length > 0 ? rules : (decisions.policies.scout?.rules ?? []);
}

/** Every name that a request may have, for the upstreams' certificate. */
export const NAMES = [
  ...hosts(),
  ...STRANGERS,
  ...POLICIES.flatMap(rulesOf).map(({ host }) => host.replace('*', 'www')),
]
  .flatMap((host) => [host, ...variations(host)])
  .map((name) => stripPort(name).toLowerCase())
  .filter((name) => /^[!-~]+$/.test(name));
