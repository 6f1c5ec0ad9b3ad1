import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface ConnectEndpointProps {
  readonly vpcId: string;
  /** The VPC's block: nothing outside it is ever a destination. */
  readonly vpcCidr: string;
  readonly subnetId: string;
}

/**
 * The one way in for people: SSH through EC2 Instance Connect, authorised by IAM and written to CloudTrail, without
 * a public address, a bastion or a key file on anybody's desk.
 *
 * **Resources**: EC2 Instance Connect Endpoint and its security group; each machine adds the group that lets it in.
 *
 * **Security considerations**: NET-5. The endpoint doesn't keep the client's address, because a rule that names the
 * endpoint's security group matches only then (VPC user guide, "Security groups for EC2 Instance Connect Endpoint").
 */
export class ConnectEndpoint extends Construct {
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: ConnectEndpointProps) {
    super(scope, id);
    const group = new ec2.CfnSecurityGroup(this, 'Group', {
      vpcId: props.vpcId,
      groupDescription: 'EC2 Instance Connect Endpoint: SSH to the machines of this VPC',
      securityGroupEgress: [
        // Which machines it may enter is said by their own groups and by the network ACL of its subnet.
        { ipProtocol: 'tcp', fromPort: 22, toPort: 22, cidrIp: props.vpcCidr, description: 'ssh' },
      ],
    });
    this.securityGroupId = group.attrGroupId;
    new ec2.CfnInstanceConnectEndpoint(this, 'Endpoint', {
      subnetId: props.subnetId,
      securityGroupIds: [this.securityGroupId],
      preserveClientIp: false,
    });
  }
}
