import { type VerifyInput, type VerifyLine, verify } from '../../lib/operations/verify';
import { VERIFY_CHECKS } from '../../lib/operations/verify/checks';
import { deployedFrom } from '../../lib/operations/verify/deployed';
import { verifyMarkdown } from '../../lib/operations/verify/markdown';
import { ocsfFindings } from '../../lib/operations/verify/ocsf';
import { statementsOf } from '../../lib/operations/verify/policy-text';
import { aclText, portsText } from '../../lib/operations/verify/rule-text';
import { pinned, templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { awsWith } from '../support/aws';
import { deployedAnswers, stackStatus } from '../support/deployed';

const NOW = new Date('2026-01-02T03:04:05Z');
const PLACE = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
const template = templateOf(pinned(kitAirlock()));
const ids = new Map(Object.keys(template.Resources).map((id) => [id, id.toLowerCase()]));

function named(name: string, message = ''): never {
  throw Object.assign(new Error(message), { name });
}

type Answers = Record<string, () => unknown>;
const FOUND: Answers = deployedAnswers(() => JSON.stringify(template), ids);

/** AWS answers these calls and denies every other one. */
function asked(answers: Answers, more: Partial<VerifyInput> = {}) {
  const aws = awsWith((operation) => answers[operation]?.() ?? named('AccessDeniedException'));
  return verify({ aws, stack: 'airlock', now: NOW, ...more });
}

test('every check has its own id, says what holds, and the checks together see these invariants', () => {
  const all = VERIFY_CHECKS.map(({ id }) => id);
  expect(new Set(all).size).toBe(all.length);
  const seen = new Set(VERIFY_CHECKS.flatMap(({ invariants }) => invariants));
  expect([...seen].sort().join(' ')).toBe(
    'CHG-1 COST-1 IAM-1 IAM-2 IMDS-1 KILL-1 LOG-1 NET-1 NET-2 NET-3 NET-4 NET-5 NET-6 NET-7 POL-1 SEC-1 SEC-2 SEC-3 VOL-1 VOL-2',
  );
});

test('a check that AWS does not answer names the permission, and counts as failed', async () => {
  const result = await asked(FOUND, { agent: 'scout' });
  if (result.reason === 'no-answer') throw new Error(result.message);
  expect(result.reason).toBe('failed');
  const passed = result.lines.filter((line) => line.result === 'pass').map(({ id }) => id);
  expect(passed).toEqual(['deployment']);
  const routes = result.lines.find(({ id }) => id === 'routes');
  expect(routes).toMatchObject({
    result: 'no answer',
    reason: 'AWS denied ec2:DescribeRouteTables in us-east-1',
    fix: 'give the identity you signed in with the permission ec2:DescribeRouteTables',
  });
});

test.each<[string, Answers, Partial<VerifyInput>, RegExp]>([
  [
    'an unknown agent',
    FOUND,
    { agent: 'scuot' },
    /^the deployed stack airlock has no agent "scuot": it has mender, scout; did you mean "scout"\?$/,
  ],
  [
    'a stack that is not deployed, or not in this account',
    Object.fromEntries(
      ['DescribeStacks', 'GetTemplate', 'ListStackResources'].map((call) => [
        call,
        () => named('ValidationError', 'Stack airlock does not exist'),
      ]),
    ),
    {},
    /^there is no stack airlock: deploy the stack, or name its Region/,
  ],
  [
    'an expired token',
    { DescribeStacks: () => named('ExpiredToken') },
    {},
    /^AWS accepted no credentials for cloudformation:DescribeStacks in us-east-1: they have expired: sign in/,
  ],
  [
    'a clock that AWS does not accept',
    { DescribeStacks: () => named('RequestTimeTooSkewed') },
    {},
    /signed with another time than AWS's: set this machine's clock to within five minutes, and run it again$/,
  ],
  [
    'throttling that lasts',
    { DescribeStacks: () => named('Throttling') },
    {},
    /^AWS takes no more calls of cloudformation:DescribeStacks in us-east-1 now: run it again/,
  ],
  [
    'a template that nobody can read',
    { ...FOUND, GetTemplate: () => ({ TemplateBody: '{"Resources": 7}' }) },
    {},
    /^the stack airlock \(UPDATE_COMPLETE\): CloudFormation has no readable template of it: deploy it$/,
  ],
])('%s is one error', async (_, answers, more, message) => {
  const result = await asked(answers, more);
  expect(result).toEqual({ reason: 'no-answer', message: expect.stringMatching(message) });
});

test('times are AWS’s, when this machine’s clock is an hour off', async () => {
  const aws = awsWith((operation) => FOUND[operation]?.() ?? named('AccessDeniedException'));
  const off = { ...aws, clockOffset: () => -3_600_000 };
  const result = await verify({ aws: off, stack: 'airlock', now: NOW });
  expect('at' in result && result.at).toBe('2026-01-02T02:04:05.000Z');
});

test('a half deployed stack fails, and so does a deployed template that breaks an invariant', async () => {
  const broken = structuredClone(template);
  for (const { Type, Properties } of Object.values(broken.Resources)) {
    if (Type === 'AWS::EC2::Instance') Properties.MetadataOptions.HttpTokens = 'optional';
  }
  const result = await asked({
    ...FOUND,
    ...stackStatus('UPDATE_ROLLBACK_FAILED'),
    GetTemplate: () => ({ TemplateBody: JSON.stringify(broken) }),
  });
  const [deployment] = 'lines' in result ? result.lines : [];
  expect(deployment).toMatchObject({ id: 'deployment', result: 'fail' });
  expect(deployment?.reason).toMatch(/^the stack airlock is UPDATE_ROLLBACK_FAILED; IMDS-1: /);
});

test('references of the deployed template become ids and ARNs', () => {
  const text = JSON.stringify({
    Resources: {
      Key: { Type: 'AWS::KMS::Key', Properties: {} },
      Log: {
        Type: 'AWS::Logs::LogGroup',
        Properties: { KmsKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] }, LogGroupName: { Ref: 'AWS::StackName' } },
      },
    },
  });
  const physical = new Map([
    ['Key', 'k-1'],
    ['Log', '/airlock/x'],
  ]);
  const { resources } = deployedFrom({ ...PLACE, stack: 'airlock', status: '' }, text, physical);
  const log = resources.find(({ id }) => id === '/airlock/x');
  expect(log?.get('KmsKeyId')).toBe('arn:aws:kms:us-east-1:123456789012:key/k-1');
  expect(log?.get('LogGroupName')).toBe('airlock');
  expect(log?.get('Nothing')).toBeUndefined();
});

test('policies are the same whatever the order of their statements’ parts', () => {
  const one = { Statement: [{ Effect: 'Allow', Action: ['b', 'a'], Resource: ['x'] }] };
  const other = { Version: '2012-10-17', Statement: { Resource: 'x', Action: ['a', 'b'], Effect: 'Allow' } };
  expect(statementsOf(one)).toEqual(statementsOf(other));
  expect(statementsOf(one)).not.toEqual(statementsOf({ Statement: [{ ...other.Statement, Action: ['a'] }] }));
  expect(statementsOf(undefined)).toEqual(['no readable policy']);
});

test('rules are told in words', () => {
  expect(portsText(-1, -1)).toBe('');
  const entry = { number: 100, isOut: true, action: 'allow', cidr: '10.0.0.0/8' };
  expect(aclText({ ...entry, protocol: 6, ports: [1, 2] })).toBe('100 out: allow tcp 1-2 with 10.0.0.0/8');
  // Without a type, every kind of ICMP is let through.
  expect(aclText({ ...entry, protocol: 1 })).toBe('100 out: allow icmp with 10.0.0.0/8');
});

describe('reports', () => {
  const lines: VerifyLine[] = [
    { id: 'routes', title: 'routes', invariants: ['NET-2'], result: 'pass', reason: 'rtb-1' },
    {
      id: 'profile',
      title: 'no profile',
      invariants: ['IAM-1'],
      agent: 'scout',
      result: 'fail',
      reason: 'i-1 has <b>|a\nb</b>',
      fix: 'remove it',
    },
  ];
  const of = { stack: 'airlock', account: '123456789012', region: 'us-east-1', at: NOW.toISOString() };

  test('Markdown has one row a check, and nothing from AWS is markup', () => {
    const text = verifyMarkdown({ reason: 'failed', ...of, lines });
    expect(text).toMatch(/^# airlock in 123456789012, us-east-1: 1 of 2 checks failed\n/);
    expect(text).toContain(
      '| fail | scout | profile | IAM-1 | i-1 has \\<b\\>\\|a b\\</b\\>. Do: remove it |',
    );
  });

  test('OCSF has a finding for each check', () => {
    const [passed, failed] = ocsfFindings({ reason: 'failed', ...of, lines }, '1.2.3');
    expect(passed).toMatchObject({ class_uid: 2003, type_uid: 200301, compliance: { status_id: 1 } });
    expect(failed).toMatchObject({
      time: NOW.getTime(),
      finding_info: { uid: '123456789012/us-east-1/airlock/scout/profile' },
      compliance: { control: 'profile', requirements: ['IAM-1'], status_id: 3, status: 'Fail' },
      remediation: { desc: 'remove it' },
      resources: [{ uid: 'airlock/scout', type: 'agent' }],
    });
  });
});
