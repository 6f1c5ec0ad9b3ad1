import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface ConnectEndpointProps {
  readonly vpcId: string;
  /** The VPC's block: nothing outside it is ever a destination. */
  readonly vpcCidr: string;
  readonly subnetId: string;
}

/**
 * The one way in for people: SSH through EC2 Instance Connect. IAM authorises each session and CloudTrail records it; no
 * machine needs a public address, and nobody needs a key file.
 *
 * **Resources**: EC2 Instance Connect Endpoint and its security group; each machine adds the group that lets it in.
 *
 * **Security considerations**: NET-5. The endpoint doesn't keep the client's address, because a rule that names the
 * endpoint's security group matches only then (VPC user guide, "Security groups for EC2 Instance Connect Endpoint").
 * The operator must give nobody `ec2-instance-connect:OpenTunnel` without the conditions of the operator's policy
 * (constructs/people): it opens every machine of the VPC.
 */
export class ConnectEndpoint extends Construct {
  readonly endpointId: string;
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: ConnectEndpointProps) {
    super(scope, id);
    const group = new ec2.CfnSecurityGroup(this, 'Group', {
      vpcId: props.vpcId,
      groupDescription: 'EC2 Instance Connect Endpoint: SSH to the machines of this VPC',
      securityGroupEgress: [
        // The machines' own groups and the network ACL of its subnet decide which of them it reaches.
        { ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: props.vpcCidr, description: 'ssh' },
      ],
    });
    this.securityGroupId = group.attrGroupId;
    this.endpointId = new ec2.CfnInstanceConnectEndpoint(this, 'Endpoint', {
      subnetId: props.subnetId,
      securityGroupIds: [this.securityGroupId],
      preserveClientIp: false,
    }).ref;
  }
}
