import { awsError } from '../support/aws';
import { eventsOf, failed, useFakeAccount } from './fake-account';

const aws = useFakeAccount();

const VPC = 'vpc-0123456789abcdef0';
const config = { ResourceId: VPC, FirewallFailOpen: 'DISABLED' };
const run = eventsOf(aws, 'Custom::AirlockDnsFirewallConfig', `${VPC} DNS firewall`, config);

test.each(['Create', 'Update'] as const)(
  'NET-3 %s makes a firewall that failed open fail closed',
  async (type) => {
    aws.resolver.failOpen.set(VPC, 'ENABLED');
    expect(await run(type)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `${VPC} DNS firewall` });
    expect(aws.resolver.failOpen.get(VPC)).toBe('DISABLED');
    expect(aws.resolver.calls.map(({ operation, input }) => [operation, input])).toEqual([
      ['UpdateFirewallConfig', config],
      ['GetFirewallConfig', { ResourceId: VPC }],
    ]);
  },
);

test('NET-3 a firewall that still fails open afterwards fails the deployment', async () => {
  aws.resolver.failOpen.set(VPC, 'ENABLED');
  aws.resolver.isStubborn = true;
  const told = await run('Create');
  expect(told.Status).toBe('FAILED');
  expect(told.Reason).toContain(`the DNS firewall of "${VPC}" does not fail closed`);
});

test.each(['UpdateFirewallConfig', 'GetFirewallConfig'])('a denied %s fails by its name', async (denied) => {
  aws.resolver.fault = (operation) => (operation === denied ? awsError('AccessDeniedException') : undefined);
  expect(await run('Create')).toMatchObject(
    failed(`route53resolver:${denied} of "${VPC}" failed with AccessDeniedException`),
  );
});

test('Delete changes nothing: the configuration goes with its VPC', async () => {
  expect(await run('Delete')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `${VPC} DNS firewall` });
  expect(aws.resolver.calls).toEqual([]);
});

test.each([
  [{ ...config, FirewallFailOpen: 'ENABLED' }, /property FirewallFailOpen/],
  [{ ...config, FirewallFailOpen: undefined }, /property FirewallFailOpen/],
  [{ ...config, ResourceId: 'vpc-x' }, /property ResourceId/],
])('wrong properties are refused: %j', async (properties, reason) => {
  expect((await run('Create', properties)).Reason).toMatch(reason);
  expect(aws.resolver.calls).toEqual([]);
});
