import { parse } from 'yaml';
import { learn } from '../../lib/operations/learn';
import { decide } from '../../lib/policy';
import { configDirectory } from '../cli/config-directory';
import { airlock as command } from '../cli/fake-terminal';
import { OBEYED } from '../cli/obeyed';
import { agentOf, airlockOf, ruleOf } from '../policy/support';
import { awsWith, servicesThatFail, servicesWith } from '../support/aws';

const NOW = new Date('2026-02-01T00:00:00Z');
const DAY = 86_400_000;
const agent = agentOf([
  ruleOf('read', 'a.example.com', ['GET'], ['/a/*']),
  ruleOf('never', 'b.example.com', ['GET'], ['/b']),
  ruleOf('high', 'c.example.com', ['PUT'], ['/c'], { risk: 'high' }),
  ruleOf('p/one', 'd.example.com', ['GET'], ['/d'], { preset: 'p' }),
  ruleOf('p/two', 'd.example.com', ['GET'], ['/e'], { preset: 'p' }),
]);
const airlock = airlockOf('10.64.0.0/20', [agent]);

const line = (more: object, days = 0) =>
  JSON.stringify({ record: 'request', time: new Date(NOW.getTime() - days * DAY).toISOString(), ...more });
const refused = (method: string, host: string, path: string, days = 0, by = 'rules') =>
  line({ decision: 'refuse', by, method, host, path }, days);
const allowed = (rule: string, days = 0) => line({ decision: 'allow', by: 'rules', rule }, days);

async function learned(...lines: string[]) {
  const input = {
    airlock,
    agent,
    aws: awsWith(() => ({ events: lines.map((message) => ({ message })) })),
    since: new Date(NOW.getTime() - DAY),
    now: NOW,
  };
  const result = await learn(input);
  if (result.reason !== 'learned') throw new Error(result.message);
  return result;
}

describe('learn', () => {
  test('proposes one host, one method and exact paths, and says all that they would allow', async () => {
    const { proposal } = await learned(
      refused('GET', 'a.example.com', '/x'),
      refused('GET', 'a.example.com', '/x'),
      refused('GET', 'a.example.com', '/y'),
      refused('POST', 'a.example.com', '/x'),
    );
    const rules = proposal.yaml.map((text) => parse(text));
    expect(rules).toEqual([
      { id: 'learned-get-a-example-com', host: 'a.example.com', methods: ['GET'], paths: ['/x', '/y'] },
      {
        id: 'learned-post-a-example-com',
        host: 'a.example.com',
        methods: ['POST'],
        paths: ['/x'],
        risk: 'high',
      },
    ]);
    expect(proposal.allows.map(({ method, path, times, rule }) => [method, path, times, rule])).toEqual([
      ['GET', '/x', 2, 'learned-get-a-example-com'],
      ['GET', '/y', 1, 'learned-get-a-example-com'],
      ['POST', '/x', 1, 'learned-post-a-example-com'],
    ]);
    const applied = {
      ...agent,
      egress: [...agent.egress, ...rules.map((rule) => ({ risk: 'low', ...rule }))],
    };
    const asked = (method: string, path: string) =>
      decide(airlock, applied, { method, url: `https://a.example.com${path}` });
    expect(asked('GET', '/y').allowed).toBe(true);
    expect(asked('GET', '/y/z').allowed).toBe(false);
    expect(asked('POST', '/x').by).toBe('grant');
  });

  test.each<[string, string, RegExp]>([
    ['an address', refused('GET', '192.0.2.1', '/'), /not a plain name/],
    ['a name with a wildcard', refused('GET', '*.example.com', '/'), /not a plain name/],
    ['a port', refused('GET', 'a.example.com:8443', '/x'), /not a plain name/],
    ['an unknown method', refused('BREW', 'a.example.com', '/x'), /its method/],
    ['a path that a pattern would widen', refused('GET', 'a.example.com', '/x/*'), /pattern/],
    ['an encoded path', refused('GET', 'a.example.com', '/x%2f..'), /pattern/],
    ['what the configuration allows', refused('GET', 'a.example.com', '/a/1'), /allows it already/],
  ])('proposes nothing for %s', async (_, text, why) => {
    const { proposal } = await learned(text);
    expect(proposal.yaml).toEqual([]);
    expect(proposal.leftOut).toEqual([expect.objectContaining({ why: expect.stringMatching(why) })]);
  });

  test('looks at what no rule matched, since then, and at no more paths and rules than a person reviews', async () => {
    const { proposal } = await learned(
      refused('GET', 'a.example.com', '/old', 2),
      refused('PUT', 'c.example.com', '/c', 0, 'grant'),
      ...Array.from({ length: 12 }, (_, n) => refused('GET', 'a.example.com', `/p${n}`)),
      ...Array.from({ length: 1_200 }, (_, n) => refused('GET', `h${n}.example.com`, '/')),
    );
    expect(proposal.yaml).toHaveLength(20);
    expect(JSON.stringify(proposal)).not.toContain('/old');
    expect(parse(proposal.yaml[0] ?? '').paths).toHaveLength(10);
    expect(proposal.uncounted).toBe(212);
  });

  test('names rules that let nothing pass for 30 days, a preset as a whole, and no high-risk rule', async () => {
    expect((await learned(allowed('read', 29.5), allowed('p/one'))).unused).toEqual([{ rule: 'never' }]);
    expect((await learned(allowed('read', 29.5))).unused).toEqual([
      { rule: 'never' },
      { rule: 'p/one', preset: 'p' },
      { rule: 'p/two', preset: 'p' },
    ]);
    expect(await learned(allowed('read', 3))).toMatchObject({
      unused: [],
      tooFew: expect.stringContaining('back 3 days'),
    });
    expect(await learned()).toMatchObject({ unused: [], tooFew: expect.stringContaining('back 0 days') });
  });

  test('the command prints hostile requests safely, and a missing permission', async () => {
    const hostile = refused('GET', 'a.example.com', '/\u001b]0;x\u0007');
    const services = servicesWith(() => ({ events: [{ message: hostile }] }));
    const argv = ['learn', 'scout', '--config', configDirectory()];
    const { stdout, exitCode } = await command(argv, { now: () => NOW }, services);
    expect(stdout).not.toMatch(OBEYED);
    expect(stdout).toContain('nothing was changed');
    expect(exitCode).toBe(0);
    const denied = await command(argv, {}, servicesThatFail('AccessDeniedException'));
    expect(denied.stderr).toContain('AWS denied logs:FilterLogEvents');
  });
});
