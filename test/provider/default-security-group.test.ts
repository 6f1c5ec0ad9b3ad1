import { awsError } from '../support/aws';
import { eventsOf, failed, useFakeAccount } from './fake-account';

const aws = useFakeAccount();

const group = { DefaultSecurityGroupId: 'sg-0123456789abcdef0', Account: '111122223333' };
const run = eventsOf(aws, 'Custom::VpcRestrictDefaultSG', 'sg-0123456789abcdef0', group);

test.each(['Create', 'Update'] as const)(
  '%s revokes the two rules AWS puts into a default group',
  async (type) => {
    expect(await run(type)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'sg-0123456789abcdef0' });
    const GroupId = group.DefaultSecurityGroupId;
    expect(aws.ec2Calls).toEqual([
      {
        action: 'RevokeSecurityGroupIngress',
        input: {
          GroupId,
          IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId, UserId: '111122223333' }] }],
        },
      },
      {
        action: 'RevokeSecurityGroupEgress',
        input: { GroupId, IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }] },
      },
    ]);
  },
);

test('rules that are gone already are fine', async () => {
  aws.ec2Fault = () => awsError('InvalidPermission.NotFound');
  expect((await run('Create')).Status).toBe('SUCCESS');
  expect(aws.ec2Calls).toHaveLength(2);
});

test.each(['RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress'])(
  'a denied %s fails',
  async (denied) => {
    aws.ec2Fault = (action) => (action === denied ? awsError('UnauthorizedOperation') : undefined);
    expect(await run('Create')).toMatchObject(
      failed(`ec2:${denied} of "sg-0123456789abcdef0" failed with UnauthorizedOperation`),
    );
  },
);

test('Delete restores nothing: the group goes with its VPC', async () => {
  expect(await run('Delete')).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: 'sg-0123456789abcdef0',
  });
  expect(aws.ec2Calls).toEqual([]);
});

test.each([
  [{ ...group, DefaultSecurityGroupId: 'sg-x' }, /property DefaultSecurityGroupId/],
  [{ ...group, Account: '1' }, /property Account/],
  [{}, /property DefaultSecurityGroupId/],
])('wrong properties are refused: %j', async (properties, reason) => {
  const told = await run('Create', properties);
  expect(told.Reason).toMatch(reason);
  expect(aws.ec2Calls).toEqual([]);
  expect((await run('Delete', properties)).Status).toBe('SUCCESS');
});
