import { Counters } from '../../lib/policy/gate/caps';
import { decideAtGate } from '../../lib/policy/gate/decide';
import { judgeAtGate } from '../../lib/policy/gate/judge';
import type { GateRequest } from '../../lib/policy/gate/request';
import { gateRules } from '../../lib/policy/gate/rules';
import { gatePolicy } from '../warden/gate/gate-policy';

const headers = { fields: 3, bytes: 100, longestName: 10, framing: new Map() };

function ask(more: Partial<GateRequest>) {
  const host = more.host ?? 'api.example.com';
  const request = { method: 'GET', target: '/repos/a', host, sni: host, headers, ...more };
  return decideAtGate(gateRules(gatePolicy(), new Set(['other']), ['X-Api-Key']), request);
}

describe('the gate decides a request', () => {
  test('by the first rule that matches, before any secret is in it', () => {
    expect(ask({})).toMatchObject({ allowed: true, rule: 'read', secret: 'pat' });
  });

  test.each<[string, Partial<GateRequest>, string, number | undefined]>([
    ['no rule', { target: '/other' }, 'rules', 403],
    ['a rule that needs a grant', { method: 'DELETE' }, 'grant', 403],
    ['a rule whose secret nobody has set', { method: 'PATCH' }, 'secret', 403],
    ['another port', { host: 'api.example.com:8443', sni: 'api.example.com' }, 'network', 403],
    ['a port that is a word', { host: 'api.example.com:x', sni: 'api.example.com' }, 'network', 403],
    ['an undecodable query', { target: '/repos/a?a=%zz' }, 'gate', 400],
    ['a fragment in the query', { target: '/repos/a?a=#%zz' }, 'gate', 400],
    ['another method in the query', { target: '/repos/a?a=b&_method=DELETE' }, 'gate', 400],
    ['another method in an encoded query', { target: '/repos/a?%5fm%65thod=PUT' }, 'gate', 400],
    ['another method for PHP', { target: '/repos/a?.method=PUT' }, 'gate', 400],
    ['an undecodable path', { target: '/repos/%zz' }, 'transport', 400],
    ['capital letters in the host', { host: 'API.example.com' }, 'gate', 403],
    ['a host that TLS did not name', { sni: 'else.example.com' }, 'proxy', 400],
    ['plaintext', { sni: '' }, 'front', 403],
    ['a long path', { target: `/repos/${'a'.repeat(9000)}` }, 'gate', 414],
    ['a long host', { host: 'a'.repeat(300) }, 'gate', 400],
    ['a long method', { method: 'A'.repeat(33) }, 'gate', 400],
    ['thousands of headers', { headers: { ...headers, fields: 3000 } }, 'gate', 431],
    ['a header name of kilobytes', { headers: { ...headers, longestName: 4096 } }, 'gate', 431],
    ['a head of many kilobytes', { headers: { ...headers, bytes: 200_000 } }, 'gate', 431],
    [
      'CONNECT outside a tunnel',
      { method: 'CONNECT', target: '/repos/a', host: 'else.example.com' },
      'rules',
      403,
    ],
  ])('it refuses %s', (_, more, by, status) => {
    expect(ask(more)).toMatchObject({ allowed: false, by, status });
  });
});

test.each(['/repos/a?method=x', '/repos/a?a=_method', '/repos/a?my_method=x', '/repos/_method'])(
  'the gate takes %s for what it is',
  (target) => expect(ask({ target })).toMatchObject({ allowed: true }),
);

describe('a header with underscores', () => {
  test.each([
    ['x_http_method_override', false],
    ['x-http_method-override', false],
    ['x_original_url', false],
    // A secret goes into this one.
    ['x_api_key', false],
    ['x-api_key', false],
    ['proxy_authorization', false],
    ['content_type', false],
    ['transfer_encoding', false],
    ['session_id', true],
    // iron-proxy takes these off.
    ['x-http-method-override', true],
    ['x-api-key', true],
    ['content-type', true],
  ])('%s: allowed %s', (name, allowed) => {
    expect(ask({ headers: { ...headers, names: ['host', name] } })).toMatchObject({ allowed });
  });
});

describe('the length of a body', () => {
  const judge = (method: string, ...lengths: string[]) => {
    const framing = new Map(lengths.length > 0 ? [['content-length', lengths]] : []);
    const policy = gatePolicy({
      rules: [{ id: 'all', host: 'api.example.com', paths: ['/repos/*'], risk: 'low' }],
    });
    const { allowed, status } = judgeAtGate(gateRules(policy, new Set()), {
      ...{ method, target: '/repos/a', host: 'api.example.com', sni: 'api.example.com' },
      headers: { ...headers, framing },
    });
    return allowed ? 'passes' : status;
  };

  test.each([
    ['POST', [], 411],
    ['PATCH', [], 411],
    ['PUT', [], 411],
    ['POST', ['0'], 'passes'],
    ['PATCH', ['17'], 'passes'],
    ['PUT', ['1', '1'], 400],
    ['POST', ['+1'], 400],
    ['GET', [], 'passes'],
    ['GET', ['0'], 'passes'],
    ['GET', ['1'], 400],
    ['DELETE', ['1'], 400],
    ['PROPFIND', [], 'passes'],
    ['PROPFIND', ['1'], 'passes'],
  ])('CAP-1 %s with Content-Length %j: %s', (method, lengths, outcome) => {
    expect(judge(method, ...lengths)).toBe(outcome);
  });
});

describe('a cap', () => {
  const now = Date.UTC(2026, 0, 1, 10, 59, 30);
  const cap = { requests: { hour: 2, day: 3 }, uploadMiB: { hour: 1 } };

  test('lets pass up to its number, says when to try again, and begins anew with its hour and its day', () => {
    const counters = new Counters();
    counters.add('', { requests: 2 }, now);
    expect(counters.over('', cap, { requests: 1 }, now)).toEqual({
      of: 'requests',
      period: 'hour',
      limit: 2,
      retryAfter: 30,
    });
    expect(counters.over('other', cap, { requests: 1 }, now)).toBeUndefined();
    expect(counters.over('', cap, { requests: 1 }, now + 30_000)).toBeUndefined();
    counters.add('', { requests: 1 }, now + 30_000);
    expect(counters.over('', cap, { requests: 1 }, now + 30_000)).toMatchObject({ period: 'day', limit: 3 });
    expect(counters.over('', cap, { requests: 1 }, now + 14 * 3_600_000)).toBeUndefined();
  });

  test('counts bytes of bodies in MiB', () => {
    const counters = new Counters();
    expect(counters.over('', cap, { uploadMiB: 1024 * 1024 }, now)).toBeUndefined();
    expect(counters.over('', cap, { uploadMiB: 1024 * 1024 + 1 }, now)).toMatchObject({ of: 'uploadMiB' });
  });
});
