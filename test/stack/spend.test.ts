import { judge } from '../../lib/guardrails';
import { kitAirlock } from '../support/arbitrary-airlock';
import { pinned, templateOf } from './synthesise';

const kit = kitAirlock();
const template = templateOf(
  pinned({
    ...kit,
    agents: kit.agents.map((agent) =>
      agent.name === 'scout' ? { ...agent, spend: { model: { dailyUsd: 5 } } } : agent,
    ),
  }),
);
const entries = Object.entries(template.Resources);

test('IAM-2 a box with `spend` may write the one parameter in which it reserves, and one without may write none', () => {
  const writes = (agent: string) =>
    entries
      .filter(([id, { Type }]) => Type === 'AWS::IAM::ManagedPolicy' && id.startsWith(`${agent}ProxyRole`))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action }) => JSON.stringify(Action).includes('ssm:Put'));
  expect(writes('scout')).toEqual([
    {
      Sid: 'ReserveSpend',
      Effect: 'Allow',
      Action: 'ssm:PutParameter',
      Resource: { 'Fn::Join': ['', expect.arrayContaining([':parameter/airlock/scout/model-spend'])] },
    },
  ]);
  expect(writes('mender')).toEqual([]);
  expect(judge(template)).toEqual([]);
});

test('no resource of the template holds what was reserved, so that no deployment gives it another value', () => {
  const named = entries.filter(([, { Properties }]) =>
    JSON.stringify(Properties).includes('/scout/model-spend"'),
  );
  expect(named.map(([, { Type }]) => Type).sort()).toEqual([
    'AWS::IAM::ManagedPolicy',
    'Custom::AirlockAgentSecrets',
  ]);
});

test('a new warden comes after its permissions and its parameters', () => {
  const [, box] = entries.find(([id]) => /^scoutProxyBox/.test(id)) ?? [];
  expect(box?.DependsOn).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^scoutProxyRolePolicy/),
      expect.stringMatching(/^scoutSecretsParameters/),
    ]),
  );
});
