import type { PermissionStatement } from '../../constructs/provider/function/permissions';
import {
  encryptPermission,
  parameterPermissions,
} from '../../constructs/provider/resources/agent-secrets/permissions';
import { defaultSecurityGroupPermission } from '../../constructs/provider/resources/default-security-group/permissions';
import { KEY } from './stage';

const scope = { partition: 'aws', region: 'us-east-1', account: '111122223333' };
const all: PermissionStatement[] = [
  ...parameterPermissions({ ...scope, stack: 'airlock' }),
  encryptPermission({ ...scope, keyArn: KEY }),
  defaultSecurityGroupPermission({ ...scope, securityGroupId: 'sg-0123456789abcdef0' }),
];
const allowed = all.filter(({ effect }) => effect === 'Allow').flatMap(({ actions }) => actions);

test('SEC-1 the provider may do what it does, and can decrypt nothing', () => {
  expect(allowed.sort()).toEqual([
    'ec2:RevokeSecurityGroupEgress',
    'ec2:RevokeSecurityGroupIngress',
    'kms:Encrypt',
    'ssm:DeleteParameter',
    'ssm:GetParameterHistory',
    'ssm:PutParameter',
  ]);
});

test('its only wildcard ends below the stack’s own name, and policies and box manifests are denied', () => {
  const parameters = 'arn:aws:ssm:us-east-1:111122223333:parameter/airlock';
  expect(all.flatMap(({ resources = [] }) => resources).filter((resource) => resource.includes('*'))).toEqual(
    [`${parameters}/*`, `${parameters}/*/policy/*`, `${parameters}/*/box`],
  );
  expect(all[1]).toMatchObject({ effect: 'Deny', actions: ['ssm:DeleteParameter', 'ssm:PutParameter'] });
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
