import { Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { AgentCell, type AgentSettings } from '../../lib';
import { ENVIRONMENT, GUEST, outcomeOf, ownApp, ownStack } from './own-app';
import type { TemplateResource } from './synthesise';

const rule = GUEST.egress[0] as { id: string };
const withAgent = (changes: object) =>
  ownStack(ownApp(), {}, { agent: { ...GUEST, ...changes } as AgentSettings });

describe('props are checked as the files are', () => {
  test.each<[string, () => unknown, string | RegExp]>([
    [
      'a rule without a path',
      () => withAgent({ egress: [{ ...rule, paths: undefined }] }),
      'agent "guest" egress[0].paths: are missing, so every path would pass: name the paths',
    ],
    [
      'two problems, both reported',
      () => withAgent({ owner: 'nobody', egress: [{ ...rule, methods: ['POST'] }] }),
      /owner: "nobody"[\s\S]*a reader may only GET and HEAD/,
    ],
    [
      'an instance type of another architecture',
      () => withAgent({ host: { instanceType: 'm5.large' } }),
      'agent "guest" host.instanceType: "m5.large"',
    ],
    [
      'a policy as text, where the typed rules belong',
      () => ownStack(ownApp(), {}, { agent: undefined, policy: 'hello' } as never),
      'agent: is missing: give the settings of one agent',
    ],
    [
      'a setting of the network that is none',
      () => ownStack(ownApp(), { network: { cidr: '203.0.113.0/24' } }),
      'AirlockEnvironment network.cidr: "203.0.113.0/24"',
    ],
    [
      'a digest of iron-proxy that is none',
      () =>
        ownStack(ownApp(), { ironProxy: { version: '1.0.0', url: 'https://example.com/a', sha256: '…' } }),
      /^AirlockEnvironment ironProxy\.sha256: "…" is not a SHA-256/u,
    ],
    [
      'a release of Amazon Linux that is none',
      () => ownStack(ownApp(), { amazonLinux: { release: '2023; reboot' } }),
      /^AirlockEnvironment amazonLinux\.release: "2023; reboot" is not a release such as "2023\.9\.20251105": run [^\n]*$/u,
    ],
    [
      'a misspelt prop',
      () => ownStack(ownApp(), { notfy: ['x'] } as never),
      'AirlockEnvironment notfy: is not a setting: write "notify"',
    ],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('an agent that could not work is named at synth', () => {
  const warnings = ({ stack }: ReturnType<typeof ownStack>) =>
    stack.node.metadata.flatMap(({ type, data }) =>
      type === 'aws:cdk:warning' && !data.includes('unpinned-image') ? [String(data)] : [],
    );

  test('without iron-proxy, a runtime that can be installed, a model and a source of updates', () => {
    expect(warnings(withAgent({ runtime: 'claude-code', custom: undefined }))).toEqual([
      expect.stringMatching(/no release of iron-proxy is pinned, so the proxy box of guest refuses every/),
      expect.stringMatching(/guest \(claude-code\) has no model that it can call by a preset/),
      expect.stringMatching(/guest \(claude-code\) can't be installed, so the agent stays off/),
      expect.stringMatching(/guest \(claude-code\) gets no updates for its host: mirrors\.apt is not set/),
    ]);
  });

  test('and nothing is said of one that lacks nothing', () => {
    const mirrors = { apt: 'https://mirror.example.com/debian' };
    const ironProxy = {
      version: '1.0.0',
      url: 'https://example.com/iron-proxy.tar.gz',
      sha256: 'a'.repeat(64),
    };
    const agent: AgentSettings = { ...GUEST, egress: [...GUEST.egress, { preset: 'debian-updates' }] };
    expect(warnings(ownStack(ownApp(), { mirrors, ironProxy }, { agent }))).toEqual([]);
  });
});

const open = { id: 'read', host: 'example.com', methods: ['GET'], paths: ['/news'] };

describe('an own key', () => {
  test('encrypts what belongs to the agent, and no other key is made', () => {
    const app = ownApp();
    const { stack, environment } = ownStack(app);
    const key = new Key(stack, 'Own');
    new AgentCell(stack, 'Other', {
      environment,
      agent: { ...GUEST, name: 'other', secrets: {}, egress: [open] },
      key,
    });
    const { error, template } = outcomeOf(app);
    expect(error).toBe('');
    const keys = Object.keys(template?.Resources ?? {}).filter(
      (id) => template?.Resources[id]?.Type === 'AWS::KMS::Key',
    );
    expect(keys.map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual(['EnvironmentKey', 'GuestKey', 'Own']);
  });

  test('VOL-1 two agents can not share one', () => {
    const app = ownApp();
    const { stack, environment } = ownStack(app);
    const key = new Key(stack, 'Shared');
    for (const name of ['one', 'two']) {
      new AgentCell(stack, name, {
        environment,
        agent: { ...GUEST, name, secrets: {}, egress: [open] },
        key,
      });
    }
    expect(outcomeOf(app).error).toContain('Airlock-VOL-1');
  });

  test('of another stack is refused, because the constructs add to its policy', () => {
    const app = ownApp();
    const key = new Key(new Stack(app, 'keys'), 'Key');
    expect(() => ownStack(app, {}, { key })).toThrow(/^key: keys\/Key must be a kms\.Key of the stack own/);
    expect(() => ownStack(ownApp(), { key })).toThrow(/^key: keys\/Key must be a kms\.Key of the stack own/);
  });
});

test('grants give what their commands need, on this agent alone, and metrics make a filter when they are asked for', () => {
  const app = ownApp();
  const { stack, cell } = ownStack(app, ENVIRONMENT);
  const role = new Role(stack, 'Operators', { assumedBy: new AccountRootPrincipal() });
  cell.grantPutSecrets(role);
  cell.grantReadAudit(role);
  cell.metricRefusals();
  expect(cell.metricRefusals().toMetricConfig().metricStat).toMatchObject({
    namespace: 'Airlock',
    metricName: 'own/guest/Refusals',
    statistic: 'Sum',
  });
  const { error, template } = outcomeOf(app);
  expect(error).toBe('');
  const find = (type: string, id: RegExp) =>
    Object.entries(template?.Resources ?? {}).flatMap(([name, resource]) =>
      resource.Type === type && id.test(name) ? [resource as TemplateResource] : [],
    );
  const [policy] = find('AWS::IAM::Policy', /^Operators/);
  expect(
    policy?.Properties.PolicyDocument.Statement.map(({ Action, Resource }: Record<string, unknown>) => [
      Action,
      JSON.stringify(Resource),
    ]),
  ).toEqual([
    [['ssm:PutParameter', 'ssm:GetParameterHistory'], expect.stringContaining(':parameter/own/guest/pat"')],
    ['kms:Encrypt', expect.stringMatching(/"GuestKey[0-9A-F]+","Arn"/)],
    [['logs:FilterLogEvents', 'logs:GetLogEvents', 'logs:StartQuery'], expect.stringMatching(/"GuestAudit/)],
  ]);
  expect(find('AWS::Logs::MetricFilter', /^Guest/).map(({ Properties }) => Properties.FilterPattern)).toEqual(
    ['{ $.decision = "refuse" }'],
  );
});
