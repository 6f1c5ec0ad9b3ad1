import { App } from 'aws-cdk-lib';
import { AirlockStack } from '../../lib/airlock-stack';
import { airlockWith } from '../support/arbitrary-airlock';
import { pinned, type StackTemplate, synthesise, templateOf, wayOut } from './synthesise';

const BOUNDARY = 'arn:aws:iam::123456789012:policy/boundary';
const DESTINATION = 'arn:aws:logs:us-east-1:444455556666:destination:central';
const TAGS = { 'cost-center': '1234', Owner: 'platform team' };
const TEMPLATE = templateOf(
  pinned(
    airlockWith({
      permissionsBoundary: BOUNDARY,
      tags: TAGS,
      audit: { retentionDays: 731, forwardTo: DESTINATION },
    }),
  ),
);

function ofType(type: string, template: StackTemplate = TEMPLATE) {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

describe('what an account asks of everything in it', () => {
  test('the boundary is around every role', () => {
    const roles = ofType('AWS::IAM::Role');
    expect(roles.length).toBeGreaterThanOrEqual(4);
    expect(new Set(roles.map(([, { Properties }]) => Properties.PermissionsBoundary))).toEqual(
      new Set([BOUNDARY]),
    );
    for (const [, { Properties }] of ofType('AWS::IAM::Role', templateOf(pinned(airlockWith({}))))) {
      expect(Properties.PermissionsBoundary).toBeUndefined();
    }
  });

  /** CloudFormation's published schemas know no tags of these. */
  const UNTAGGED = [
    'AWS::Backup::BackupSelection',
    'AWS::EC2::NetworkAclEntry',
    'AWS::EC2::Route',
    'AWS::EC2::SubnetNetworkAclAssociation',
    'AWS::EC2::SubnetRouteTableAssociation',
    'AWS::EC2::VPCDHCPOptionsAssociation',
    'AWS::EC2::VPCGatewayAttachment',
    'AWS::IAM::InstanceProfile',
    'AWS::IAM::ManagedPolicy',
    'AWS::Lambda::Permission',
    'AWS::Logs::MetricFilter',
    'AWS::Logs::SubscriptionFilter',
    'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
    'AWS::SNS::Subscription',
    'AWS::SNS::TopicPolicy',
  ];

  test('the tags are on everything that takes some, in every mode', () => {
    for (const egress of ['nat-gateway', 'transit-gateway'] as const) {
      const template = templateOf(pinned(airlockWith({ tags: TAGS, network: wayOut(egress) })));
      const without = Object.values(template.Resources)
        .filter(({ Type, Properties }) => Type.startsWith('AWS::') && !holds(tagsOf(Properties), TAGS))
        .map(({ Type }) => Type);
      expect([...new Set(without)].filter((type) => !UNTAGGED.includes(type))).toEqual([]);
    }
  });

  test('the provider is told them, with the names of stack and agent', () => {
    expect(ofType('Custom::AirlockAgentSecrets').map(([, { Properties }]) => Properties.Tags)).toEqual([
      { ...TAGS, 'airlock:stack': 'airlock', 'airlock:agent': 'mender' },
      { ...TAGS, 'airlock:stack': 'airlock', 'airlock:agent': 'scout' },
    ]);
  });

  test('audit, flow and query logs are kept as long as it says, and sent on', () => {
    const groups = ofType('AWS::Logs::LogGroup');
    expect(new Set(groups.map(([, { Properties }]) => Properties.RetentionInDays))).toEqual(new Set([731]));
    const sent = ofType('AWS::Logs::SubscriptionFilter')
      .map(([, { Properties }]) => Properties)
      .filter(({ DestinationArn }) => typeof DestinationArn === 'string');
    expect(sent.map(({ DestinationArn, FilterPattern }) => [DestinationArn, FilterPattern])).toEqual(
      Array.from({ length: 4 }, () => [DESTINATION, '']),
    );
    const names = sent.map(
      ({ LogGroupName }) => TEMPLATE.Resources[LogGroupName.Ref]?.Properties.LogGroupName,
    );
    expect(names.sort()).toEqual([
      '/airlock/flows',
      '/airlock/mender/audit',
      '/airlock/resolver-queries',
      '/airlock/scout/audit',
    ]);
  });

  test('assets and roles are those of the bootstrap that it names', () => {
    const airlock = pinned(airlockWith({ env: { region: 'us-east-1', bootstrapQualifier: 'team' } }));
    const { template } = synthesise(airlock);
    expect(JSON.stringify(template)).toContain('cdk-team-assets-');
    expect(JSON.stringify(template)).not.toContain('hnb659fds');
    expect(JSON.stringify(template.Parameters)).toContain('/cdk-bootstrap/team/version');
    expect(new AirlockStack(new App(), 'airlock', { airlock }).synthesizer.bootstrapQualifier).toBe('team');
  });
});

function tagsOf(properties: Record<string, unknown>) {
  const { Tags, BackupVaultTags, ResourceTags } = properties as Record<string, never>;
  const found = Tags ?? BackupVaultTags ?? ResourceTags ?? properties.BackupPlanTags;
  return Array.isArray(found)
    ? Object.fromEntries(found.map((tag) => [tag.Key ?? tag.key, tag.Value ?? tag.value]))
    : ((found ?? {}) as Record<string, unknown>);
}

function holds(found: Record<string, unknown>, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([key, value]) => found[key] === value);
}
