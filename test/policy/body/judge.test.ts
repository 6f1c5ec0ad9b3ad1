import { Buffer } from 'node:buffer';
import { checkPattern } from '../../../lib/config/values/body-pattern';
import { type BodyHead, type BodyRule, bodyRule, judgeBody } from '../../../lib/policy/body';

import { constraintRule } from '../../../lib/policy/grant/body-constraint';

const JSON_BODY = { contentType: ['application/json'], contentEncoding: [] };

/** Judges a body as a client sends it, but for what `more` says. */
function judge(rule: Partial<BodyRule>, body: unknown, more: Partial<BodyHead> = {}) {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const head = { method: 'POST', contentLength: [String(bytes.length)], ...JSON_BODY, ...more };
  const { value: _, ...judged } = {
    value: null,
    ...judgeBody(bodyRule.parse({ limit: 1000, ...rule }), head, bytes),
  };
  return judged;
}

const search = { matches: 'web_search.*', feature: 'web-search' };
const note: Partial<BodyRule> = { unknown: 'note' };
const notes: BodyRule['json'] = { name: 'text', body: 'text' };
const allowed = { ok: true, notes: [] };
const refused = (status: number, reason: string) => ({
  ok: false,
  status,
  reason: expect.stringContaining(reason),
});

describe('the query of a judged request', () => {
  const asked = (query: string, rule: Partial<BodyRule> = {}) =>
    judge({ json: notes, ...rule }, { name: 'v1' }, { query });
  test.each<[string, Partial<BodyRule>]>([
    ['', {}],
    ['&', {}],
    ['beta=true', { query: ['beta'] }],
    ['beta&beta=1', { query: ['beta'] }],
  ])('passes as ?%s', (query, rule) => {
    expect(asked(query, rule)).toEqual(allowed);
  });

  // Telegram, and what Rails, PHP and Spring serve by their defaults, read a field from there, too.
  test.each<[string, Partial<BodyRule>, string]>([
    ['draft=false', {}, '"draft"'],
    ['name', {}, '"name"'],
    ['beta=1&draft=0', { query: ['beta'] }, '"draft"'],
    ['beta=1;draft=0', { query: ['beta'] }, '"draft"'],
    ['%62eta=1', { query: ['beta'] }, '"%62eta"'],
    ['=1', { query: ['beta'] }, '"="'],
    ['beta=1&x', { query: ['beta'], ...note }, '"x"'],
  ])('is refused as ?%s', (query, rule, name) => {
    expect(asked(query, rule)).toEqual(refused(403, name));
  });

  test('is noted where unknown fields are', () => {
    expect(asked('x=1', note)).toEqual({ ok: true, notes: [expect.stringContaining('"x"')] });
  });

  test('is no way around what a grant narrows', () => {
    const rule = constraintRule([{ field: 'name', equals: 'v1' }]);
    expect(judge(rule, { name: 'v1' }, { query: 'name=v2' })).toEqual(refused(403, '"name"'));
  });
});

describe('a body that cannot be judged is refused for one clear reason', () => {
  test.each<[string, Partial<BodyHead>, number, string]>([
    ['chunked', { contentLength: [] }, 411, 'must have a Content-Length'],
    ['two lengths', { contentLength: ['2', '2'] }, 400, 'Content-Length is not one number'],
    ['an odd length', { contentLength: ['+2'] }, 400, 'Content-Length is not one number'],
    ['over the limit', { contentLength: ['1001'] }, 413, 'larger than 1000 bytes'],
    ['half sent', { contentLength: ['3'] }, 400, '2 bytes of the body arrived, and Content-Length says 3'],
    ['compressed', { contentEncoding: ['gzip'] }, 415, 'the body is compressed'],
    ['compressed twice', { contentEncoding: ['identity', 'br'] }, 415, 'the body is compressed'],
    ['a form', { contentType: ['application/x-www-form-urlencoded'] }, 415, 'must be application/json'],
    ['no type', { contentType: [] }, 415, 'must be application/json'],
    ['two types', { contentType: ['application/json', 'text/plain'] }, 415, 'must be application/json'],
    ['UTF-16', { contentType: ['application/json; charset=utf-16'] }, 415, 'must be application/json'],
    ['a GET with a body', { method: 'GET' }, 400, 'must carry no body'],
    ['a GET that hides its body', { method: 'GET', contentLength: [] }, 400, 'must carry no body'],
  ])('%s', (_, head, status, reason) => {
    expect(judge({ json: notes }, '{}', head)).toEqual(refused(status, reason));
  });

  test('more than the limit arrived', () => {
    expect(judge({ json: notes, limit: 10 }, 'x'.repeat(11), { contentLength: ['5'] })).toEqual(
      refused(413, 'larger than 10 bytes'),
    );
  });

  test.each<[string, Partial<BodyHead>]>([
    ['application/json', {}],
    ['with a charset', { contentType: ['application/json; charset="UTF-8"'] }],
    ['a JSON media type', { contentType: ['application/vnd.github+json'] }],
    ['identity', { contentEncoding: ['identity'] }],
  ])('%s passes', (_, head) => {
    expect(judge({ json: notes }, { name: 'v1' }, head)).toEqual(allowed);
  });

  test('a GET without a body passes', () => {
    expect(judge({ json: notes }, '', { method: 'GET', contentLength: [] })).toEqual(allowed);
  });
});

describe('fields', () => {
  const compared: BodyRule['json'] = {
    draft: { equals: true },
    target: { in: ['main', 'next'], optional: true },
    tag: { matches: 'v[0-9]+(?:-rc)?' },
    'links[].url': { begins: 'https://docs.example.com/' },
    'meta.note': 'any',
  };
  const whole = { draft: true, target: 'main', tag: 'v12-rc' };

  test.each<[string, BodyRule['json'], unknown]>([
    ['name and body', notes, { name: 'v1', body: 'New: nothing.' }],
    ['one of them', notes, { body: 'New.' }],
    ['null for a text', notes, { name: null }],
    ['every comparison met', compared, { ...whole, links: [{ url: 'https://docs.example.com/a' }] }],
    ['an optional field absent', compared, { draft: true, tag: 'v1' }],
    ['an optional field null', compared, { ...whole, target: null }],
    ['an empty list', compared, { ...whole, links: [] }],
    ['anything below any', compared, { ...whole, meta: { note: { deep: [{}] } } }],
  ])('%s: allowed', (_, json, body) => {
    expect(judge({ json }, body)).toEqual(allowed);
  });

  test.each<[string, BodyRule['json'], unknown, string]>([
    ['another field', notes, { name: 'v1', draft: false }, '"draft" is not a field that the rule allows'],
    ['another field named __proto__', notes, '{"__proto__": {}}', '"__proto__" is not a field'],
    ['letter case', notes, { Body: 'x' }, '"Body" differs from "body" in letter case alone'],
    ['a long s', { system: 'text' }, '{"ſystem": "x"}', 'differs from "system" in letter case alone'],
    ['an object for a text', notes, { name: { a: 1 } }, '"name" is an object, which the rule does not allow'],
    ['a list for the body', notes, [], 'the body is not a JSON object'],
    ['null for the body', notes, null, 'the body is not a JSON object'],
    ['not equal', compared, { ...whole, draft: false }, '"draft" is false'],
    ['equal in another type', compared, { ...whole, draft: 'true' }, '"draft" is "true"'],
    ['a compared field missing', compared, { draft: true }, '"tag" is missing'],
    ['a compared field null', compared, { ...whole, tag: null }, '"tag" is null'],
    ['not in the list', compared, { ...whole, target: 'dev' }, '"target" is "dev"'],
    ['a match of a part', compared, { ...whole, tag: 'xv1' }, '"tag" is "xv1"'],
    ['a match before a line break', compared, { ...whole, tag: 'v1\n' }, '"tag" is a text'],
    ['one wrong item', compared, { ...whole, links: [{ url: 'https://evil.example/' }] }, '"links[0].url"'],
    ['an item that is no object', compared, { ...whole, links: ['x'] }, '"links[0]" is "x"'],
    ['an item without the field', compared, { ...whole, links: [{}] }, '"links[0].url" is missing'],
    ['an object for a list', compared, { ...whole, links: { url: 'x' } }, '"links" is an object'],
    ['an exact number', { id: { equals: 9007199254740992 } }, '{"id": 9007199254740993}', '"id" is a number'],
  ])('%s: refused', (_, json, body, reason) => {
    expect(judge({ json }, body)).toEqual(refused(403, reason));
  });

  test('a reason holds no control character and no long text of the agent', () => {
    const decision = judge({ json: notes, limit: 10_000 }, { [`\u001b]0;${'x'.repeat(900)}`]: 1 });
    expect(decision).toMatchObject({ ok: false });
    expect('reason' in decision && decision.reason).toMatch(/^[\x20-\x7e…]{1,160}$/);
  });
});

describe('what a vendor would do for the agent', () => {
  const rule = {
    json: { 'messages[]': { shape: 'block' }, 'tools[].type': [{ in: ['custom'] }, search] },
    shapes: {
      block: {
        type: { in: ['text', 'list'] },
        text: 'text',
        source: [{ begins: 'data:' }, { is: 'text', feature: 'remote-media' }],
        'content[]': { shape: 'block' },
      },
    },
  } as const satisfies Partial<BodyRule>;
  const searching = { messages: [], tools: [{ type: 'web_search_20301231' }] };
  const nested = (block: object) => ({
    messages: [{ type: 'list', content: [{ type: 'list', content: [block] }] }],
  });

  test.each<[string, unknown, Partial<BodyRule>, string[]]>([
    ['addresses inside text', { messages: [{ type: 'text', text: 'fetch https://evil.example' }] }, {}, []],
    ['an inline image', nested({ type: 'text', source: 'data:image/png;base64,AAAA' }), {}, []],
    ['a feature that is allowed', searching, { allow: ['web-search'] }, []],
    [
      'for an operator, an unknown type',
      { tools: [{ type: 'new_tool' }] },
      note,
      ['"tools[0].type" is "new_tool"'],
    ],
    [
      'for an operator, an unknown field',
      nested({ type: 'text', x: 1 }),
      note,
      [expect.stringContaining('content[0].x"')],
    ],
  ])('%s: allowed', (_, body, more, noted) => {
    expect(judge({ ...rule, ...more }, body)).toEqual({ ok: true, notes: noted });
  });

  test.each<[string, unknown, Partial<BodyRule>, string]>([
    [
      'a tool that searches',
      searching,
      {},
      '"tools[0].type" asks for web-search, which the agent\'s file does not allow (MOD-1)',
    ],
    ['another feature is allowed', searching, { allow: ['mcp'] }, 'asks for web-search'],
    ['a tool that searches, for an operator', searching, note, 'asks for web-search'],
    [
      'an address, deep',
      nested({ type: 'text', source: 'https://evil.example/a.png' }),
      note,
      'asks for remote-media',
    ],
    [
      'an address with a space before it',
      nested({ type: 'text', source: ' https://evil.example' }),
      note,
      'asks for remote-media',
    ],
    ['an unknown type', { tools: [{ type: 'new_tool' }] }, {}, '"tools[0].type" is "new_tool"'],
    ['for an operator, letter case', { Tools: [{ type: 'web_search_1' }] }, note, 'in letter case alone'],
    [
      'for an operator, another structure',
      { tools: { 0: searching.tools[0] } },
      note,
      '"tools" is an object',
    ],
    ['for an operator, no type', { tools: [{}] }, note, '"tools[0].type" is missing'],
  ])('%s: refused', (_, body, more, reason) => {
    expect(judge({ ...rule, ...more }, body)).toEqual(refused(403, reason));
  });
});

describe('GraphQL', () => {
  const rule: Partial<BodyRule> = { graphql: { query: 'any', mutation: ['createPullRequest'] } };
  const create = 'mutation Go($i: X!) { createPullRequest(input: $i) { pullRequest { url } } }';

  test.each<[string, unknown]>([
    ['a query', { query: '{ viewer { login } }' }],
    ['the named mutation', { query: create, variables: { i: {} }, operationName: 'Go' }],
    [
      'under an alias',
      { query: 'mutation { mergePullRequest: createPullRequest(input: {}) { __typename } }' },
    ],
    ['__typename', { query: 'mutation { __typename createPullRequest { id } }' }],
  ])('%s: allowed', (_, body) => {
    expect(judge(rule, body)).toEqual(allowed);
  });

  test.each<[string, unknown, string]>([
    [
      'another mutation',
      { query: 'mutation { deleteRef(input: {}) { x } }' },
      'asks for the mutation deleteRef',
    ],
    [
      'behind an alias',
      { query: 'mutation { createPullRequest: deleteRef { x } }' },
      'asks for the mutation deleteRef',
    ],
    ['beside the named one', { query: 'mutation { createPullRequest { x } deleteRef { x } }' }, 'deleteRef'],
    [
      'in a fragment',
      {
        query: 'mutation { ...f } fragment f on Mutation { ...g } fragment g on Mutation { deleteRef { x } }',
      },
      'deleteRef',
    ],
    [
      'in an inline fragment',
      { query: 'mutation { ... on Mutation { ... { deleteRef { x } } } }' },
      'deleteRef',
    ],
    [
      'in a second operation',
      { query: `${create} mutation Other { deleteRef { x } }`, operationName: 'Go' },
      'deleteRef',
    ],
    ['skipped by a directive', { query: 'mutation { deleteRef @skip(if: true) { x } }' }, 'deleteRef'],
    ['a subscription', { query: 'subscription { x }' }, 'has a subscription'],
    [
      'a fragment in a circle',
      { query: 'mutation { ...f } fragment f on M { ...f deleteRef }' },
      'deleteRef',
    ],
    [
      'a fragment that is missing',
      { query: 'mutation { ...f }' },
      'names a fragment that it does not define',
    ],
    [
      'a fragment twice',
      { query: '{ ...f } fragment f on Q { a } fragment f on Q { b }' },
      'defines a fragment twice',
    ],
    ['fragments alone', { query: 'fragment f on Q { a }' }, 'has no operation'],
    ['types', { query: 'type A { b: C } query { a }' }, 'defines types'],
    ['a batch', [{ query: '{ viewer { login } }' }], 'is a batch'],
    ['a persisted query', { extensions: { persistedQuery: { sha256Hash: 'x' } } }, 'persisted queries'],
    ['a persisted query beside a query', { query: '{ a }', extensions: {} }, 'persisted queries'],
    ['an id', { id: 'x' }, 'has a field beside query'],
    ['no query', { variables: {} }, 'has no query text'],
    ['no GraphQL', { query: 'select 1' }, 'is not GraphQL'],
    ['deep nesting', { query: '{a'.repeat(20_000) }, 'is not GraphQL, or too long'],
    [
      'a mutation in what others take for the end of a block string',
      {
        query:
          'mutation($a:[String]=["""x"\\"""]){deleteRef createPullRequest(l:$a)}#"""]){createPullRequest(l:$a)}',
      },
      'a block string or a comment',
    ],
    [
      'a mutation in a comment that others end earlier',
      { query: 'mutation { createPullRequest #\u2028 deleteRef\n }' },
      'a block string or a comment',
    ],
  ])('%s: refused', (_, body, reason) => {
    expect(judge({ ...rule, limit: 100_000 }, body)).toEqual(refused(403, reason));
  });

  test('in the query of a GET: refused', () => {
    const asked = { method: 'GET', contentLength: [], query: 'query={deleteRef}' };
    expect(judge(rule, '', asked)).toEqual(refused(403, 'passes in a body alone'));
  });
});

test.each<[string, string | undefined]>([
  ['v[0-9]+\\.[0-9]+', undefined],
  ['(?:main|release/[a-z]+)?', undefined],
  ['[*+]{3}\\(a\\)*', undefined],
  ['(a+)+', 'must not repeat a group'],
  ['(a|a){9}', 'must not repeat a group'],
  ['(a)\\1', 'must not refer back'],
  ['(?=a)', 'must not refer back or look around'],
  ['.*.*.*.*.*', 'must repeat at most'],
  ['[', 'is not a regular expression'],
  ['', 'must be 1 to 200 characters'],
])('the pattern %j: %s', (pattern, problem) => {
  expect(checkPattern(pattern)).toEqual(problem && expect.stringContaining(problem));
});
