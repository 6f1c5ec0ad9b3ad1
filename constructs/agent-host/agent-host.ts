import { Tags } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, type IDependable } from 'constructs';
import { acknowledge, COMPLIANCE } from '../acknowledge';
import { machine } from '../machine';
import { TAG_OS } from '../names';

export interface AgentHostProps {
  readonly instanceType: string;
  readonly os: string;
  readonly imageId: string;
  readonly subnetId: string;
  readonly securityGroupId: string;
  readonly rootGiB: number;
  readonly key: kms.IKey;
  readonly userData: string;
  /** The resources that confine the host. */
  readonly after: IDependable;
}

/**
 * The machine that belongs to the agent, root included. Nothing trusts it: its security group and the proxy box decide what
 * it reaches, and it can change neither.
 *
 * **Resources**: one instance, without an instance profile.
 *
 * **Security considerations**: IAM-1, IMDS-1, NET-2. Any program on the machine can read its user data (EC2
 * user guide), which holds no secret (SEC-1). The operator must attach no profile, and turn off Default Host Management in
 * the region, which would give the host a role.
 */
export class AgentHost extends Construct {
  readonly instance: ec2.CfnInstance;

  /** @internal */
  constructor(scope: Construct, id: string, props: AgentHostProps) {
    super(scope, id);
    this.instance = machine(this, 'Instance', {
      part: 'agent-host',
      instanceType: props.instanceType,
      imageId: props.imageId,
      subnetId: props.subnetId,
      securityGroupIds: [props.securityGroupId],
      rootGiB: props.rootGiB,
      key: props.key,
      userData: props.userData,
      after: [props.after],
    });
    Tags.of(this.instance).add(TAG_OS, props.os);
    acknowledge(
      this.instance,
      COMPLIANCE,
      'EC2InstanceProfileAttached',
      'IAM-1: an agent host has no profile on purpose, so that no AWS credential exists on it.',
    );
  }
}
