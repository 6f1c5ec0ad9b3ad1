import { Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { TAG_PART } from '../names';
import { NO_TRAFFIC } from '../no-traffic';

export interface QuarantineGroupProps {
  readonly vpcId: string;
}

/**
 * The security group that `airlock contain` puts on every interface of a contained machine.
 *
 * **Resources**: one security group, without a rule in and with one rule out that matches nothing.
 *
 * **Security considerations**: KILL-1. The group ends no connection that EC2 already tracks, so a containment stops the
 * proxy box as well. No machine has this group before a containment. The operator must attach
 * no other group to a contained machine: it would open the machine again.
 */
export class QuarantineGroup extends Construct {
  constructor(scope: Construct, id: string, { vpcId }: QuarantineGroupProps) {
    super(scope, id);
    const group = new ec2.CfnSecurityGroup(this, 'Group', {
      vpcId,
      groupDescription: 'Contained machines: nothing in, nothing out',
      securityGroupEgress: [NO_TRAFFIC],
    });
    Tags.of(group).add(TAG_PART, 'quarantine');
  }
}
