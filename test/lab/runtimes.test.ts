import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { agentFiles } from '../../constructs/agent-host/boot/agent-files';
import { bootPlan } from '../../constructs/agent-host/boot/boot-plan';
import { CLAUDE_CODE, CODEX, NODE } from '../../constructs/agent-host/runtimes/pinned';
import {
  ACCEPTED_FINDINGS,
  DIRECTIVE,
  type Edit,
  type ProvenRuntime,
  RUNTIME_CHECKS,
  type RuntimeCheck,
} from '../../lab/runtimes';
import { asksFor, callsModel, carriesDirectives, eachAnswer } from '../../lab/runtimes/conditions';
import { userDataProps } from '../../lab/runtimes/run/settings';
import { jobs } from '../../lab/runtimes/scripts';
import { callsTelegram, keepsFromModel, sent, writes } from '../../lab/runtimes/telegram';
import { authority } from '../agent-host/machine';

const ROOT = join(__dirname, '..', '..');
const RUNTIMES = Object.keys(RUNTIME_CHECKS) as ProvenRuntime[];
const nothing = {
  ...{ code: 0, output: '', leaks: [], real: 'r', token: 't' },
  ...{ proxy: [], model: [], telegram: [] },
} as const;

function editsOf(edit: Edit | undefined): Edit[] {
  return edit === undefined ? [] : [edit, ...editsOf(edit.and)];
}

describe('the checks of the runtimes', () => {
  const all = RUNTIMES.flatMap((runtime) => RUNTIME_CHECKS[runtime].map((check) => ({ runtime, ...check })));

  test('are numbered, each once, after their runtime', () => {
    const ids = all.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(all.filter(({ runtime, id }) => !id.startsWith(`${runtime}-`))).toEqual([]);
  });

  test.each(RUNTIMES)('%s: each edit changes a file that user data writes', (runtime) => {
    const checks: readonly RuntimeCheck[] = RUNTIME_CHECKS[runtime];
    const idle = checks.flatMap(({ weakenedBy, assumed, messages }) => {
      const { packed, rest } = agentFiles(
        bootPlan(userDataProps(runtime, authority(), messages && ['telegram'])),
      );
      const written = new Map([...packed, ...rest].map(({ path, text }) => [path, text]));
      const edits = [...editsOf(weakenedBy), ...editsOf(assumed)];
      return edits.filter(({ path, from = '' }) => !written.get(path)?.includes(from));
    });
    expect(idle).toEqual([]);
  });

  test.each(all.map((check) => [check.id, check] as const))(
    '%s fails on a machine that did nothing',
    (_, check) => {
      expect(check.problems({ ...nothing, code: 1 })).not.toEqual([]);
    },
  );

  test('no message contains another one, so that each is recognised in requests to the model', () => {
    const said = all.flatMap(({ messages = [] }: RuntimeCheck) => messages.map(({ text }) => text));
    expect(said.filter((text) => said.filter((other) => other.includes(text)).length > 1)).toEqual([]);
  });

  test('each accepted finding has a reason, and a critical one is not accepted', () => {
    for (const [id, reason] of Object.entries(ACCEPTED_FINDINGS)) {
      expect([id, reason.length > 20]).toEqual([id, true]);
      const check = RUNTIME_CHECKS.openclaw.find((each) => each.id === 'openclaw-3');
      const audit = JSON.stringify({ findings: [{ checkId: id, severity: 'critical' }] }, null, 2);
      expect(check?.problems({ ...nothing, output: audit })).toEqual([`critical: ${id}`]);
    }
  });
});

describe('the conditions', () => {
  const call = {
    ...{ method: 'POST', host: 'h', path: '/v1/messages', header: 'x-api-key' },
    ...{ tools: ['t'], found: [], status: 200 },
  };
  const answered = { ...nothing, output: 'The stand-in answers.' };

  test.each([
    ['the placeholder reached the model', { ...call, credential: 'p' }],
    ['the credential came in another header', { ...call, credential: 'r', header: 'authorization' }],
    ['the model refused', { ...call, credential: 'r', status: 401 }],
  ])('a call does not count when %s', (_, request) => {
    const problems = callsModel('/v1/messages', 'x-api-key');
    expect(problems({ ...answered, model: [request] })).toHaveLength(1);
    expect(problems({ ...answered, model: [{ ...call, credential: 'r' }] })).toEqual([]);
  });

  test('a file with a credential is named', () => {
    const seen = { ...answered, model: [{ ...call, credential: 'r' }], leaks: ['/var/lib/agent/x'] };
    expect(callsModel('/v1/messages', 'x-api-key')(seen)).toEqual([
      '/var/lib/agent/x holds the real credential',
    ]);
  });

  test('every call needs the directives', () => {
    const model = [{ ...call, found: [DIRECTIVE] }, call];
    expect(carriesDirectives({ ...nothing, model })).toHaveLength(1);
    expect(carriesDirectives({ ...nothing, model: model.slice(0, 1) })).toEqual([]);
  });

  test('requests must be exactly the listed ones', () => {
    const proxy = ['/a', '/a', '/b'].map((path) => ({ method: 'GET', host: 'h', path, action: 'allow' }));
    expect(asksFor('GET h/a', 'GET h/b')({ ...nothing, proxy })).toEqual([]);
    expect(asksFor('GET h/a', 'GET h/c')({ ...nothing, proxy })).toEqual([
      'it also requested GET h/b',
      'it never requested GET h/c',
    ]);
  });

  test('every job needs its own answer', () => {
    const output = '== answer 1\nhas been denied\n== answer 2\nran\n';
    expect(eachAnswer(2, 'denied')({ ...nothing, output })).toEqual(['answer 2: ran']);
    expect(eachAnswer(3, 'denied', 'ran')({ ...nothing, output })).toEqual(['2 of 3 jobs were answered']);
  });

  test.each([
    ['a call with the placeholder', [{ host: 'h', call: 'getMe', credential: 'p', status: 401 }], 2],
    ['a call that was never made', [], 1],
    ['none', [{ host: 'h', call: 'getMe', credential: 't', status: 200 }], 0],
  ])('problems of a bot: %s', (_, telegram, count) => {
    expect(callsTelegram('getMe')({ ...nothing, telegram })).toHaveLength(count);
  });

  test('a file with the token is named', () => {
    expect(callsTelegram()({ ...nothing, leaks: ['/tmp/x'] })).toEqual(['/tmp/x holds a real credential']);
  });

  test('the messages of a chat must be exactly the expected ones, and other chats do not count', () => {
    const line = { host: 'h', call: 'sendMessage', status: 200 };
    const seen = {
      ...nothing,
      telegram: [
        { ...line, chat: 1, text: 'a b' },
        { ...line, chat: 2, text: 'c' },
      ],
    };
    expect(writes(1, 'a')(seen)).toEqual([]);
    expect(writes(1)(seen)).toEqual(['it wrote ["a b"] to 1']);
    expect(writes(1, 'a', 'c')(seen)).toHaveLength(1);
    expect(writes(3)(seen)).toEqual([]);
  });

  test('a text that reached the model is named', () => {
    const seen = { ...nothing, model: [{ ...call, found: ['x'] }] };
    expect(keepsFromModel('x', 'y')(seen)).toEqual(['the model got "x"']);
  });

  test('the script uses the placeholder of the token', () => {
    expect(sent(2)).toContain('/bot123456:place;holder/getFile');
  });

  test('a prompt reaches its job unchanged, with its quotes', () => {
    expect(jobs(["it's"])).toContain("printf %s 'it'\\''s' >jobs/01.md");
  });
});

test('the runtimes fetched for x64 have the versions of the agent hosts', () => {
  const text = readFileSync(join(ROOT, 'scripts', 'fetch-runtimes.mjs'), 'utf8');
  for (const { name, version } of [CLAUDE_CODE, CODEX, NODE]) {
    const x64 = `${name}@${version}`.replaceAll('linux-arm64', 'linux-x64');
    expect(text).toContain(`'${x64}':`);
  }
});

test('the settings of hermes deny each prompt that nobody would answer', () => {
  const props = userDataProps('hermes', authority());
  const { packed, rest } = agentFiles(bootPlan(props));
  const file = [...packed, ...rest].find(({ path }) => path === '/etc/hermes/config.yaml');
  expect(parse(file?.text ?? '')).toMatchObject({
    model: { provider: 'anthropic' },
    approvals: { mode: 'manual', cron_mode: 'deny', single_query_mode: 'deny', unattended_mode: 'deny' },
    security: { allow_lazy_installs: false },
    unauthorized_dm_behavior: 'pair',
    sessions: { auto_prune: true, retention_days: 14 },
    mcp_servers: {},
  });
});
