import { Aws, type CustomResource } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { MadeResourceProps, Provider } from '../provider/provider';
import {
  defaultSecurityGroupIn,
  defaultSecurityGroupPermission,
} from '../provider/resources/default-security-group/permissions';
import { VPC_PERMISSION } from '../provider/resources/vpc/permissions';

export interface StackVpcProps {
  readonly cidr: string;
  readonly dns: 'firewall' | 'off';
  readonly ipamPool?: string;
  /** Id of an existing VPC. */
  readonly vpc?: string;
  readonly provider: Provider;
}

export interface StackVpc {
  readonly vpcId: string;
  readonly defaultSecurityGroup: string;
  /** Permissions that emptying that group needs. */
  readonly emptying: MadeResourceProps['permissions'];
  /** The check of an existing VPC: everything else waits for it. */
  readonly seen?: CustomResource;
}

/** The stack's own VPC, or an existing one: the provider function checks that it holds nothing else, or refuses it. */
export function stackVpc(scope: Construct, props: StackVpcProps): StackVpc {
  const { cidr, ipamPool, vpc, provider } = props;
  const enableDnsSupport = props.dns === 'firewall';
  if (vpc === undefined) {
    const own = new ec2.CfnVPC(scope, 'Vpc', {
      ...(ipamPool === undefined
        ? { cidrBlock: cidr }
        : { ipv4IpamPoolId: ipamPool, ipv4NetmaskLength: Number(cidr.split('/')[1]) }),
      enableDnsSupport,
      enableDnsHostnames: false,
    });
    const securityGroupId = own.attrDefaultSecurityGroup;
    return {
      vpcId: own.ref,
      defaultSecurityGroup: securityGroupId,
      emptying: (scope) => [defaultSecurityGroupPermission({ ...scope, securityGroupId })],
    };
  }
  const seen = provider.make(scope, 'ExistingVpc', {
    type: 'Custom::AirlockVpc',
    properties: {
      VpcId: vpc,
      CidrBlock: cidr,
      EnableDnsSupport: enableDnsSupport,
      Account: Aws.ACCOUNT_ID,
      StackId: Aws.STACK_ID,
    },
    permissions: () => [VPC_PERMISSION],
  });
  return {
    vpcId: vpc,
    defaultSecurityGroup: seen.getAttString('DefaultSecurityGroup'),
    emptying: (scope) => [defaultSecurityGroupIn({ ...scope, vpcId: vpc })],
    seen,
  };
}
