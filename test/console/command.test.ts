import { configDirectory } from '../cli/config-directory';
import { airlock } from '../cli/fake-terminal';
import { pinned, templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { awsError, servicesWith } from '../support/aws';
import { deployedAnswers, stackStatus } from '../support/deployed';

const NOW = new Date('2026-01-02T03:04:05Z');
const HEALTH = JSON.stringify({
  _aws: { Timestamp: NOW.getTime() - 1000 },
  ProxyHealthy: 1,
  spend: { dayUsd: 1.5, monthUsd: 12, dailyUsd: 5 },
});
const REFUSED = JSON.stringify({ record: 'request', time: NOW.toISOString(), decision: 'refuse' });

type Fails = (operation: string) => Error | undefined;
let template: string;
let ids: Map<string, string>;
let fails: Fails;
let answers: Readonly<Record<string, (input: never) => unknown>>;

beforeAll(() => {
  const made = templateOf(pinned(kitAirlock()));
  template = JSON.stringify(made);
  ids = new Map(Object.keys(made.Resources).map((id) => [id, id]));
}, 60_000);
beforeEach(() => {
  fails = () => undefined;
  answers = {
    ...deployedAnswers(() => template, ids),
    FilterLogEvents: ({ logStreamNames: [stream] = [] }: { logStreamNames?: string[] }) => ({
      events: [{ message: stream === 'warden' ? HEALTH : REFUSED }],
    }),
    DescribeParameters: () => ({ Parameters: [] }),
    DescribeBudgets: () => ({
      Budgets: [],
    }),
  };
});

const services = servicesWith((operation, input) => {
  const failure = fails(operation);
  if (failure) throw failure;
  return answers[operation]?.(input as never) ?? {};
});

/** Runs the console while somebody uses it, by the session of its link. */
async function withConsole(use: (ask: (what: string, question?: object) => Promise<Said>) => Promise<void>) {
  let end = () => {};
  let used: Promise<void> | undefined;
  const stdout = (text: string) => {
    const link = /http:\S+/.exec(text)?.[0];
    if (link)
      used = session(link)
        .then(use)
        .finally(() => end());
  };
  const onInterrupt = (stop: () => void) => {
    end = stop;
    return () => {};
  };
  const settings = { now: () => NOW, stdout, onInterrupt };
  const argv = ['console', '--config', configDirectory(), '--region', 'us-east-1'];
  const ran = await airlock(argv, settings, services);
  await used;
  return ran;
}
interface Said {
  readonly exitCode: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many commands
  readonly result: any;
}
async function session(link: string) {
  const { origin, hash } = new URL(link);
  const post = async (path: string, secret: string, question: object) => {
    const headers = { origin, authorization: `Bearer ${secret}` };
    return (
      await fetch(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(question) })
    ).json();
  };
  const { session: own } = (await post('/session', hash.slice(1), {})) as { session: string };
  return (what: string, question: object = {}) => post(`/run/${what}`, own, question) as Promise<Said>;
}
const GRANT = { agent: 'scout', rule: 'release-delete', minutes: 15, because: 'x' };

test('the page gets agents with their spend, and records, by airlock’s own commands', async () => {
  const { exitCode } = await withConsole(async (ask) => {
    const { result } = await ask('status');
    const scout = result.agents.find(({ agent }: { agent: string }) => agent === 'scout');
    expect(scout.health.spend).toMatchObject({ dayUsd: 1.5, monthUsd: 12, dailyUsd: 5 });
    expect((await ask('audit', { agent: 'scout' })).result.records).toMatchObject([{ decision: 'refuse' }]);
  });
  expect(exitCode).toBe(0);
});

test.each<[string, Fails, RegExp]>([
  ['credentials that expire', () => awsError('ExpiredTokenException'), /expired|credentials/i],
  ['throttling', () => awsError('ThrottlingException'), /takes no more calls/],
])(
  '%s in the middle: each question says so, nothing is done, and it goes on when they are over',
  async (_, failing, words) => {
    await withConsole(async (ask) => {
      fails = failing;
      for (const [what, question] of [
        ['audit', { agent: 'scout' }],
        ['grants', { agent: 'scout' }],
        ['grant', GRANT],
        ['contain', { agent: 'scout', confirm: 'scout' }],
      ] as const) {
        const { exitCode, result } = await ask(what, question);
        expect(exitCode).not.toBe(0);
        expect(JSON.stringify(result)).toMatch(words);
        expect(JSON.stringify(result)).not.toContain('AWS says a lot here');
      }
      fails = () => undefined;
      expect((await ask('audit', { agent: 'scout' })).exitCode).toBe(0);
    });
  },
);

test('a stack that is half deployed shows what is there, and what is missing', async () => {
  answers = {
    ...answers,
    ...stackStatus('CREATE_IN_PROGRESS'),
    ListStackResources: () => ({
      StackResourceSummaries: [...ids]
        .filter(([id]) => !/^scout(Proxy|Audit)/.test(id))
        .map(([LogicalResourceId, PhysicalResourceId]) => ({ LogicalResourceId, PhysicalResourceId })),
    }),
  };
  fails = (operation) =>
    operation === 'FilterLogEvents' ? awsError('ResourceNotFoundException') : undefined;
  await withConsole(async (ask) => {
    const { result } = await ask('status');
    expect(result.status).toBe('CREATE_IN_PROGRESS');
    const scout = result.agents.find(({ agent }: { agent: string }) => agent === 'scout');
    expect(scout.missing.join()).toContain('there is no log group /airlock/scout/audit');
    expect((await ask('audit', { agent: 'scout' })).result.error).toContain('deploy the stack');
    expect((await ask('grant', GRANT)).result.error).toContain('/airlock/scout/box does not exist');
  });
});

test('without any answer of AWS it does not start, and says why', async () => {
  fails = () => awsError('ExpiredTokenException');
  const { exitCode, stderr } = await withConsole(async () => undefined);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/expired|credentials/i);
});
