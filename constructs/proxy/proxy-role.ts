import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

export interface ProxyRoleProps {
  readonly agent: string;
  readonly key: kms.IKey;
  /** Every parameter the box reads, by name. */
  readonly parameters: readonly string[];
  /** Parameters of grants, which it reads with the names of who wrote them. */
  readonly grantParameters: readonly string[];
  readonly logGroup: logs.ILogGroup;
  /** ARN of the one object that holds warden. */
  readonly softwareArn: string;
  /** Further permissions that the agent's rules declare, such as one Bedrock model. */
  readonly grants: readonly { readonly actions: readonly string[]; readonly resources: readonly string[] }[];
}

/**
 * What a proxy box may do on AWS.
 *
 * **Resources**: role, managed policy, instance profile.
 *
 * **Security considerations**: IAM-2. Every statement names its resources; the only wildcard is the stream name
 * within the agent's own log group. Decryption works through Parameter Store alone. The operator must attach
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
    this.policy = new iam.ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadOwnParameters',
          actions: ['ssm:GetParameter', 'ssm:GetParameters'],
          resources: arnsOf([...props.parameters, ...props.grantParameters]),
        }),
        ...(props.grantParameters.length > 0
          ? [
              new iam.PolicyStatement({
                sid: 'SeeWhoGranted',
                actions: ['ssm:GetParameterHistory'],
                resources: arnsOf(props.grantParameters),
              }),
            ]
          : []),
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
        ...props.grants.map(
          (grant) =>
            new iam.PolicyStatement({ actions: [...grant.actions], resources: [...grant.resources] }),
        ),
      ],
    });
    this.instanceProfile = new iam.CfnInstanceProfile(this, 'Profile', { roles: [role.roleName] });
    this.instanceProfile.node.addDependency(this.policy);
  }
}
