import { type StatusInput, status } from '../../lib/operations/status';
import { grantsOf } from '../../lib/operations/status/reads';
import type { GateRule } from '../../lib/policy/gate/policy';
import { ruleText } from '../../lib/policy/grant/high-risk';
import { pinned, templateOf } from '../stack/synthesise';
import { airlockWith, kitAirlock } from '../support/arbitrary-airlock';
import { awsWith } from '../support/aws';
import { deployedAnswers } from '../support/deployed';

const NOW = new Date('2026-01-02T03:04:05Z');

type Answers = Record<string, (input: never) => unknown>;

function deployedWith(agents: readonly string[], like = 'mender'): Answers {
  const kit = kitAirlock();
  const first = kit.agents.find(({ name }) => name === like);
  if (!first) throw new Error('the test configuration has no agent');
  const copies = agents.map((name) => ({
    ...first,
    name,
    secrets: first.secrets.map((each) => ({
      ...each,
      parameter: each.parameter.replace(`/${first.name}/`, `/${name}/`),
    })),
  }));
  const template = templateOf(pinned(airlockWith({ agents: copies })));
  const budgets = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Budgets::Budget');
  return {
    DescribeBudgets: () => ({
      Budgets: budgets.map(({ Properties }) => ({
        ...Properties.Budget,
        CalculatedSpend: { ActualSpend: { Amount: '12.5', Unit: 'USD' } },
      })),
    }),
    ...deployedAnswers(
      () => JSON.stringify(template),
      new Map(Object.keys(template.Resources).map((id) => [id, id])),
    ),
  };
}

/**
 * @param others what becomes of every other call
 * @param latency of each call, in milliseconds
 */
function asked(answers: Answers, others: () => unknown, more: Partial<StatusInput> = {}, latency = 0) {
  const calls: string[] = [];
  const aws = awsWith(async (operation, input) => {
    calls.push(operation);
    await new Promise((resolve) => setTimeout(resolve, latency));
    return answers[operation] ? answers[operation](input as never) : others();
  });
  return { calls, result: status({ aws, stack: 'airlock', now: NOW, ...more }) };
}

/** One stack holds no more agents like Scout: CloudFormation takes 500 resources. */
const MOST_AGENTS = 19;

test(`${MOST_AGENTS} agents are told in under 5 s with 200 ms added to every call, shared questions asked once`, async () => {
  const names = Array.from({ length: MOST_AGENTS }, (_, index) => `agent-${index + 1}`);
  const answers = deployedWith(names);
  // Nothing but the calls takes time: how busy this machine is doesn't count.
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const { calls, result } = asked(answers, () => ({}), {}, 200);
  let isTold = false;
  const told = result.finally(() => {
    isTold = true;
  });
  let waited = 0;
  while (!isTold) {
    if (vi.getTimerCount() === 0) await new Promise(setImmediate);
    else {
      await vi.advanceTimersByTimeAsync(200);
      waited += 200;
    }
  }
  vi.useRealTimers();
  expect(waited).toBeLessThan(5_000);
  const found = await told;
  if (found.reason !== 'found') throw new Error(found.message);
  expect(found.agents.map(({ agent }) => agent)).toEqual([...names].sort());
  expect(found.agents.map(({ spend }) => spend)).toEqual(
    names.map(() => ({ spentUsd: 12.5, limitUsd: 240 })),
  );
  for (const once of [
    'DescribeInstances',
    'DescribeNetworkInterfaces',
    'DescribeBudgets',
    'DescribeParameters',
  ])
    expect(calls.filter((call) => call === once)).toHaveLength(1);
  expect(calls.length).toBeLessThan(MOST_AGENTS * 4 + 10);
}, 60_000);

test('what AWS refuses is missing, with the permission; the rest is shown', async () => {
  const answers = deployedWith(['scout']);
  const denied = () => {
    throw Object.assign(new Error('no'), { name: 'AccessDenied' });
  };
  const { DescribeBudgets: _, ...others } = answers;
  const found = await asked({ ...others, FilterLogEvents: () => ({ events: [] }) }, denied).result;
  if (found.reason !== 'found') throw new Error(found.message);
  const [scout] = found.agents;
  expect(scout).toMatchObject({ agent: 'scout', health: null, refusals: [] });
  expect(scout).toMatchObject({ machines: undefined, secrets: undefined, spend: undefined });
  expect(scout?.missing).toEqual(
    [
      'budgets:ViewBudget',
      'ec2:DescribeInstances',
      'ec2:DescribeNetworkInterfaces',
      'logs:DescribeLogStreams',
      'ssm:DescribeParameters',
    ].map(
      (action) =>
        `AWS denied ${action} in us-east-1: give the identity you signed in with the permission ${action}`,
    ),
  );
});

test('a secret under another key than the agent’s is one that its proxy box can’t decrypt', async () => {
  const secrets = async (more: Answers) => {
    const found = await asked({ ...deployedWith(['scout'], 'scout'), ...more }, () => ({})).result;
    return found.reason === 'found' ? found.agents[0]?.secrets : undefined;
  };
  const [Name = ''] = (await secrets({ DescribeParameters: () => ({}) }))?.unset ?? [];
  const Parameters = [{ Name, Type: 'SecureString', Version: 2, KeyId: 'key-of-an-earlier-agent' }];
  expect(await secrets({ DescribeParameters: () => ({ Parameters }) })).toMatchObject({
    set: 1,
    otherKey: [Name],
  });
});

test('an unknown agent is answered with the nearest name', async () => {
  const found = await asked(deployedWith(['scout']), () => ({}), { agent: 'scuot' }).result;
  expect(found).toMatchObject({
    reason: 'no-answer',
    message: expect.stringContaining('did you mean "scout"?'),
  });
});

test('live grants are shown with who gave them, by the rules that are deployed', async () => {
  const rule: GateRule = {
    id: 'delete',
    host: 'api.github.com',
    methods: ['DELETE'],
    paths: ['/a/*'],
    risk: 'high',
  };
  const written = (seconds: number) =>
    JSON.stringify({ format: 1, rule: ruleText(rule), seconds, because: 'x' });
  const name = '/airlock/scout/grants/delete';
  const changed = new Date(NOW.getTime() - 120_000);
  const parameters = [{ name, changed, by: 'arn:approver' }];
  const grants = (text: string, rules: readonly GateRule[]) =>
    grantsOf(async (names) => new Map(names.map((each) => [each, text])), parameters, rules, {
      stack: 'airlock',
      agent: 'scout',
      now: NOW,
    });
  expect(await grants(written(121), [rule])).toMatchObject([
    { rule: 'delete', by: 'arn:approver', because: 'x' },
  ]);
  expect(await grants(written(120), [rule])).toEqual([]);
  expect(await grants('{"format":1,"revoked":true}', [rule])).toEqual([]);
  expect(await grants(written(121), [{ ...rule, methods: ['DELETE', 'PUT'] }])).toEqual([]);
  expect(await grants(written(121), [])).toEqual([]);
});
