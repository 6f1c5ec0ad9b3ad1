import { awsError } from '../support/aws';
import { useFakeAccount } from './fake-account';

const VPC = 'vpc-0123456789abcdef0';
const STACK = 'arn:aws:cloudformation:us-east-1:111122223333:stack/airlock/1';
const PROPERTIES = {
  VpcId: VPC,
  CidrBlock: '10.64.0.0/20',
  EnableDnsSupport: 'true',
  Account: '111122223333',
  StackId: STACK,
};
const OWN = [{ Key: 'aws:cloudformation:stack-id', Value: STACK }];
const OTHER = [{ Key: 'aws:cloudformation:stack-id', Value: `${STACK}2` }];

/** An answer of EC2's call Describe… */
const found = (what: string, ...items: object[]) => ({ [`Describe${what}`]: { [what]: items } });
const resolvers = (Value: string) =>
  found('DhcpOptions', { DhcpConfigurations: [{ Key: 'domain-name-servers', Values: [{ Value }] }] });
const peering = (Code: string) =>
  found('VpcPeeringConnections', { VpcPeeringConnectionId: 'pcx-1', Status: { Code } });
const transit = (more: object) =>
  found('TransitGatewayVpcAttachments', { TransitGatewayAttachmentId: 'tgw-attach-1', ...more });

/** An empty VPC with AWS's own DHCP options. */
const EMPTY: Record<string, object> = {
  ...found('Vpcs', {
    VpcId: VPC,
    OwnerId: '111122223333',
    IsDefault: false,
    DhcpOptionsId: 'dopt-1',
    CidrBlockAssociationSet: [{ CidrBlock: '10.64.0.0/20', CidrBlockState: { State: 'associated' } }],
  }),
  DescribeVpcAttribute: { EnableDnsSupport: { Value: true } },
  ...resolvers('AmazonProvidedDNS'),
  ...found('SecurityGroups', { GroupId: 'sg-0123456789abcdef0' }),
};

const aws = useFakeAccount();

const run = (answers: Record<string, object> = {}, properties: object = {}, more: object = {}) => {
  aws.ec2Answer = (action) => ({ ...EMPTY, ...answers })[action] ?? {};
  return aws.run({
    ResourceType: 'Custom::AirlockVpc',
    ResourceProperties: { ...PROPERTIES, ...properties },
    ...more,
  });
};
const vpcWith = (change: object) => {
  const [vpc] = (EMPTY.DescribeVpcs as { Vpcs: object[] }).Vpcs;
  return found('Vpcs', { ...vpc, ...change });
};

test('an empty VPC is taken, and its default security group named', async () => {
  expect(await run()).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: VPC,
    Data: { DefaultSecurityGroup: 'sg-0123456789abcdef0' },
  });
});

test('what the stack itself made is no reason against it', async () => {
  const told = await run({
    ...found('Subnets', { SubnetId: 'subnet-1', Tags: OWN }),
    ...found('InternetGateways', { InternetGatewayId: 'igw-1', Tags: OWN }),
    ...transit({ Tags: OWN, State: 'available' }),
    ...found('DhcpOptions', { Tags: OWN }),
  });
  expect(told.Status).toBe('SUCCESS');
});

const blocks = (...cidrs: string[]) =>
  cidrs.map((CidrBlock) => ({ CidrBlock, CidrBlockState: { State: 'associated' } }));
const REFUSED: readonly (readonly [string, Record<string, object>, reason: string, properties?: object])[] = [
  ['no such VPC', { DescribeVpcs: { Vpcs: [] } }, 'this account has no such VPC in this region'],
  ['another account’s', vpcWith({ OwnerId: '444455556666' }), 'it belongs to the account 444455556666'],
  ['the default VPC', vpcWith({ IsDefault: true }), 'it is the default VPC'],
  [
    'a second block',
    vpcWith({ CidrBlockAssociationSet: blocks('10.64.0.0/20', '10.99.0.0/20') }),
    'its IPv4 blocks are 10.64.0.0/20, 10.99.0.0/20',
  ],
  ['another block', {}, 'network.cidr says 10.80.0.0/20 alone', { CidrBlock: '10.80.0.0/20' }],
  [
    'IPv6',
    vpcWith({ Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlockState: { State: 'associated' } }] }),
    'it has an IPv6 block',
  ],
  [
    'a resolver where none is wanted',
    {},
    'enableDnsSupport is on, and network.dns needs it off',
    { EnableDnsSupport: 'false' },
  ],
  ['other DHCP options', resolvers('10.0.0.2'), 'its DHCP options are dopt-1'],
  [
    'a subnet of another stack',
    found('Subnets', { SubnetId: 'subnet-1', Tags: OTHER }, { SubnetId: 'subnet-2' }),
    "it has a subnet that isn't the stack's: subnet-1, subnet-2",
  ],
  ['an endpoint', found('VpcEndpoints', { VpcEndpointId: 'vpce-1', State: 'available' }), 'vpce-1'],
  ['peering', peering('pending-acceptance'), 'pcx-1'],
  ['an internet gateway', found('InternetGateways', { InternetGatewayId: 'igw-1' }), 'igw-1'],
  [
    'an egress-only gateway',
    found(
      'EgressOnlyInternetGateways',
      { EgressOnlyInternetGatewayId: 'eigw-1', Attachments: [{ VpcId: VPC }] },
      { EgressOnlyInternetGatewayId: 'eigw-elsewhere', Attachments: [{ VpcId: 'vpc-1' }] },
    ),
    "that isn't the stack's: eigw-1:",
  ],
  [
    'a VPN gateway',
    found('VpnGateways', { VpnGatewayId: 'vgw-1', VpcAttachments: [{ VpcId: VPC, State: 'attached' }] }),
    'vgw-1',
  ],
  ['an attachment', transit({ State: 'pendingAcceptance' }), 'tgw-attach-1'],
];

test.each(REFUSED.map((row) => [row[0], row] as const))(
  'a VPC that others use is refused with the reason: %s',
  async (_, [, answers, reason, properties]) => {
    for (const RequestType of ['Create', 'Update'] as const) {
      const told = await run(answers, properties, { RequestType });
      expect(told.Status).toBe('FAILED');
      expect(told.Reason).toContain(`${VPC} can't hold this stack`);
      expect(told.Reason).toContain(reason);
      expect(told.Reason).toContain('give network.vpc a VPC that holds nothing else');
    }
  },
);

test('what is on its way out is gone', async () => {
  const told = await run({
    ...found('VpcEndpoints', { VpcEndpointId: 'vpce-1', State: 'deleted' }),
    ...peering('deleted'),
  });
  expect(told.Status).toBe('SUCCESS');
});

test('every page is read', async () => {
  let page = 0;
  aws.ec2Answer = (action) => {
    if (action !== 'DescribeSubnets') return EMPTY[action] ?? {};
    page += 1;
    return page === 1 ? { Subnets: [], NextToken: 'more' } : { Subnets: [{ SubnetId: 'subnet-2' }] };
  };
  const told = await aws.run({ ResourceType: 'Custom::AirlockVpc', ResourceProperties: PROPERTIES });
  expect(told.Reason).toContain('subnet-2');
});

test('a look that AWS denies is a failure that names the call', async () => {
  aws.ec2Fault = (action) =>
    action === 'DescribeVpcEndpoints' ? awsError('UnauthorizedOperation') : undefined;
  const told = await run();
  expect(told).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('ec2:DescribeVpcEndpoints'),
  });
});

test('the removal of the stack leaves the VPC alone', async () => {
  const told = await run({}, {}, { RequestType: 'Delete', PhysicalResourceId: VPC });
  expect(told.Status).toBe('SUCCESS');
  expect(aws.ec2Calls).toEqual([]);
});
