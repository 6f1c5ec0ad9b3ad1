import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { EncryptedLogGroup } from '../audit/encrypted-log-group';

export interface FlowLogsProps {
  readonly vpcId: string;
  readonly key: kms.IKey;
}

/**
 * A record of every flow in the VPC, accepted or rejected, once a minute.
 *
 * **Resources**: flow log, encrypted log group, the role that writes it.
 *
 * **Security considerations**: flow logs don't record queries to the VPC resolver, instance metadata or time sync
 * (VPC user guide, "Flow log limitations"); DnsFirewall logs the first of these.
 */
export class FlowLogs extends Construct {
  readonly logGroup: logs.ILogGroup;

  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.logGroup = new EncryptedLogGroup(this, 'Log', {
      logGroupName: `/${stack.stackName}/flows`,
      key: props.key,
    }).logGroup;

    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('vpc-flow-logs.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
      description: 'Lets VPC flow logs write to their log group',
    });
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          actions: [
            'logs:CreateLogStream',
            'logs:PutLogEvents',
            'logs:DescribeLogGroups',
            'logs:DescribeLogStreams',
          ],
          resources: [this.logGroup.logGroupArn],
        }),
      ],
    });
    const flowLog = new ec2.CfnFlowLog(this, 'FlowLog', {
      resourceId: props.vpcId,
      resourceType: 'VPC',
      trafficType: 'ALL',
      maxAggregationInterval: 60,
      logDestinationType: 'cloud-watch-logs',
      logDestination: this.logGroup.logGroupArn,
      deliverLogsPermissionArn: role.roleArn,
    });
    flowLog.node.addDependency(policy);
  }
}
