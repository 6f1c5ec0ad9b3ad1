import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { EncryptedLogGroup, type RecordProps } from '../audit/encrypted-log-group';
import { flowLogGroup } from '../names';

export interface FlowLogsProps {
  readonly vpcId: string;
  readonly key: kms.IKey;
  readonly records?: RecordProps;
}

/**
 * A record of every flow in the VPC, accepted or rejected, once a minute.
 *
 * **Resources**: flow log, encrypted log group, the role that writes it.
 *
 * **Security considerations**: flow logs don't record queries to the VPC resolver, instance metadata or time sync
 * (VPC user guide, "Flow log limitations"); DnsFirewall logs the first of these. The operator must look at rejected flows of
 * agent hosts: an agent without a reason to makes none.
 */
export class FlowLogs extends Construct {
  readonly log: EncryptedLogGroup;
  /** It records every flow from its creation on. */
  readonly flowLog: ec2.CfnFlowLog;

  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const logGroupName = flowLogGroup(stack.stackName);
    this.log = new EncryptedLogGroup(this, 'Log', { logGroupName, key: props.key, ...props.records });
    const { logGroup } = this.log;

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
          // CloudFormation's attribute ends in `:*` and stands for the streams; the group itself has no such end.
          resources: [
            stack.formatArn({
              service: 'logs',
              resource: 'log-group',
              resourceName: logGroupName,
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
            logGroup.logGroupArn,
          ],
        }),
      ],
    });
    this.flowLog = new ec2.CfnFlowLog(this, 'FlowLog', {
      resourceId: props.vpcId,
      resourceType: 'VPC',
      trafficType: 'ALL',
      maxAggregationInterval: 60,
      logDestinationType: 'cloud-watch-logs',
      // Not `logDestination`: that takes an ARN without `:*`, and denies delivery, silently, with one (awsdocs
      // aws-cloudformation-user-guide, pull request 306).
      logGroupName: logGroup.logGroupName,
      deliverLogsPermissionArn: role.roleArn,
    });
    this.flowLog.node.addDependency(policy);
  }
}
