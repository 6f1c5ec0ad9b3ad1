import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, asInFinding } from '../acknowledge';

export interface ProxyRoleProps {
  readonly agent: string;
  readonly key: kms.IKey;
  /** Every parameter the box reads, by name. */
  readonly parameters: readonly string[];
  /** Parameters of grants, which it reads with the names of who wrote them. */
  readonly grantParameters: readonly string[];
  /** Parameter of containments, of which it reads the history alone. */
  readonly containmentParameter: string;
  /** Parameter in which it reserves money for model calls. @default it may write none */
  readonly spendParameter?: string;
  readonly logGroup: logs.ILogGroup;
  /** ARN of the one object that holds warden. */
  readonly softwareArn: string;
  /** Takes the box's records. @default there is no archive */
  readonly archive?: s3.IBucket;
  /** Further permissions that the agent's rules declare, such as one Bedrock model. */
  readonly grants: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
}

/**
 * What a proxy box may do on AWS.
 *
 * **Resources**: role, managed policy, instance profile.
 *
 * **Security considerations**: IAM-2. Every statement names its resources; the only wildcards are the stream name
 * within the agent's own log group and the files within its part of the archive. Decryption works through Parameter Store alone. The operator must attach
 * nothing to the role, and let EC2 alone assume it.
 */
export class ProxyRole extends Construct {
  readonly instanceProfile: iam.CfnInstanceProfile;
  /** The permissions; a box that starts before them only waits. */
  readonly policy: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, props: ProxyRoleProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const arnsOf = (names: readonly string[]) =>
      names.map((name) =>
        stack.formatArn({ service: 'ssm', resource: 'parameter', resourceName: name.slice(1) }),
      );
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
      description: `Proxy box of ${props.agent}`,
    });
    const spend = props.spendParameter === undefined ? [] : [props.spendParameter];
    const archived = props.archive?.arnForObjects(`${props.agent}/*`);
    this.policy = new iam.ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadOwnParameters',
          actions: ['ssm:GetParameter', 'ssm:GetParameters'],
          resources: arnsOf([...props.parameters, ...props.grantParameters, ...spend]),
        }),
        ...(spend.length > 0
          ? [
              new iam.PolicyStatement({
                sid: 'ReserveSpend',
                actions: ['ssm:PutParameter'],
                resources: arnsOf(spend),
              }),
            ]
          : []),
        new iam.PolicyStatement({
          sid: 'SeeWhoWrote',
          actions: ['ssm:GetParameterHistory'],
          resources: arnsOf([props.containmentParameter, ...props.grantParameters]),
        }),
        new iam.PolicyStatement({
          sid: 'DecryptOwnSecrets',
          actions: ['kms:Decrypt'],
          resources: [props.key.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `ssm.${stack.region}.amazonaws.com` } },
        }),
        new iam.PolicyStatement({
          sid: 'WriteOwnLog',
          actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          resources: [props.logGroup.logGroupArn],
        }),
        new iam.PolicyStatement({
          sid: 'FetchSoftware',
          actions: ['s3:GetObject'],
          resources: [props.softwareArn],
        }),
        ...(archived ? this.archiving(props, archived) : []),
        ...props.grants.map(
          (grant) =>
            new iam.PolicyStatement({ actions: [...grant.actions], resources: [...grant.resources] }),
        ),
      ],
    });
    if (archived) {
      const reason =
        'The names of files hold the numbers of the records in them, below the name of this agent alone.';
      acknowledge(
        this.policy,
        ['AwsSolutions'],
        `IAM5[Resource::${asInFinding(this.policy, archived)}]`,
        reason,
      );
    }
    this.instanceProfile = new iam.CfnInstanceProfile(this, 'Profile', { roles: [role.roleName] });
    this.instanceProfile.node.addDependency(this.policy);
  }
  /** It can add files, and read or replace none. */
  private archiving({ key }: ProxyRoleProps, archived: string): iam.PolicyStatement[] {
    const viaS3 = { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` };
    return [
      new iam.PolicyStatement({ sid: 'ArchiveOwnRecords', actions: ['s3:PutObject'], resources: [archived] }),
      new iam.PolicyStatement({
        sid: 'EncryptOwnRecords',
        actions: ['kms:GenerateDataKey'],
        resources: [key.keyArn],
        conditions: { StringEquals: viaS3 },
      }),
    ];
  }
}
