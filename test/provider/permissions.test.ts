import type { PermissionStatement } from '../../constructs/provider/function/permissions';
import {
  encryptPermission,
  parameterPermissions,
} from '../../constructs/provider/resources/agent-secrets/permissions';
import { defaultSecurityGroupPermission } from '../../constructs/provider/resources/default-security-group/permissions';
import { dnsFirewallConfigPermissions } from '../../constructs/provider/resources/dns-firewall-config/permissions';
import { monthlyBudgetPermission } from '../../constructs/provider/resources/monthly-budget/permissions';
import { imagePermissions, zonePermissions } from '../../constructs/provider/resources/placement/permissions';
import { moveStatePermissions } from '../../constructs/provider/resources/state-attachment/permissions';
import { KEY } from './fake-account';

const scope = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const all: PermissionStatement[] = [
  ...parameterPermissions({ ...scope, stack: 'airlock' }),
  encryptPermission({ ...scope, keyArn: KEY }),
  defaultSecurityGroupPermission({ ...scope, securityGroupId: 'sg-0123456789abcdef0' }),
  ...dnsFirewallConfigPermissions(scope),
  monthlyBudgetPermission({ ...scope, stack: 'airlock' }),
  ...moveStatePermissions({ ...scope, stack: 'airlock' }),
];
const images = imagePermissions(scope, ['/aws/service/debian/release/13/latest/arm64']);
const allowed = [...all, ...zonePermissions(), ...images]
  .filter(({ effect }) => effect === undefined)
  .flatMap(({ actions }) => actions);

test('SEC-1 the provider may do what it does, and can decrypt nothing', () => {
  const of = (service: string, actions: string) => actions.split(' ').map((action) => `${service}:${action}`);
  expect([...new Set(allowed)].sort()).toEqual([
    ...of('budgets', 'ListTagsForResource ModifyBudget TagResource UntagResource ViewBudget'),
    ...of('ec2', 'AttachVolume DescribeInstanceTypeOfferings DescribeInstances DescribeVolumes DescribeVpcs'),
    ...of(
      'ec2',
      'DetachVolume RevokeSecurityGroupEgress RevokeSecurityGroupIngress StartInstances StopInstances',
    ),
    ...of('kms', 'CreateGrant Encrypt'),
    ...of('route53resolver', 'GetFirewallConfig UpdateFirewallConfig'),
    ...of('ssm', 'AddTagsToResource DeleteParameter GetParameter GetParameterHistory PutParameter'),
    'ssm:RemoveTagsFromResource',
  ]);
});

test('what has a wildcard, no condition and no reason lies below the stack’s own name, and what others write is denied', () => {
  const parameters = 'arn:aws:ssm:us-east-1:111122223333:parameter/airlock';
  const wide = all
    .filter(({ conditions, wildcardReason }) => !conditions && !wildcardReason)
    .flatMap(({ resources = [] }) => resources);
  expect(wide.filter((resource) => resource.includes('*'))).toEqual([
    `${parameters}/*`,
    `${parameters}/*/policy/*`,
    `${parameters}/*/box`,
    `${parameters}/*/grants/*`,
    `${parameters}/*/drill`,
    `${parameters}/*/containment`,
  ]);
  expect(all[1]).toMatchObject({
    effect: 'Deny',
    actions: [
      'ssm:DeleteParameter',
      'ssm:AddTagsToResource',
      'ssm:PutParameter',
      'ssm:RemoveTagsFromResource',
    ],
  });
});

test('SEC-1 no value can be replaced but a CA’s, whatever the code does', () => {
  expect(all[2]).toEqual({
    sid: 'NoValueThatIsSet',
    effect: 'Deny',
    actions: ['ssm:PutParameter'],
    notResources: ['arn:aws:ssm:us-east-1:111122223333:parameter/airlock/*/ca/*'],
    conditions: { StringEquals: { 'ssm:Overwrite': 'true' } },
  });
});

test('the key serves Parameter Store alone', () => {
  expect(all[3]).toMatchObject({
    resources: [KEY],
    conditions: { StringEquals: { 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' } },
  });
});

test('it moves volumes and stops machines of its own stack alone, and no proxy box', () => {
  const move = all.find(({ sid }) => sid === 'MoveStateVolumes');
  expect(move?.conditions).toEqual({
    StringEquals: {
      'aws:ResourceTag/airlock:stack': 'airlock',
      'aws:ResourceTag/airlock:part': ['agent-host', 'state'],
    },
  });
});

test('where nothing is pinned, it looks at what is offered and at public parameters', () => {
  expect(new Set([...zonePermissions(), ...images].flatMap(({ actions }) => actions))).toEqual(
    new Set(['ec2:DescribeInstanceTypeOfferings', 'ec2:DescribeInstances', 'ssm:GetParameter']),
  );
  expect(images.at(-1)?.resources).toEqual([
    'arn:aws:ssm:us-east-1::parameter/aws/service/debian/release/13/latest/arm64',
  ]);
});

test('the grant on a key of this stack is one that EC2 makes for a volume, and no other', () => {
  expect(all.at(-1)).toMatchObject({
    resources: ['arn:aws:kms:us-east-1:111122223333:key/*'],
    conditions: {
      Bool: { 'kms:GrantIsForAWSResource': 'true' },
      StringEquals: {
        'aws:ResourceTag/airlock:stack': 'airlock',
        'kms:ViaService': 'ec2.us-east-1.amazonaws.com',
      },
    },
  });
});
