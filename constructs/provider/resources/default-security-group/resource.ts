import {
  type EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { CustomResource } from '../../function/custom-resource';
import { record, text } from '../../function/properties';
import { nameOf, refusalOf } from '../../function/refusal';

/** The name by which cdk-nag knows the resource. */
export const DEFAULT_SECURITY_GROUP_TYPE = 'Custom::VpcRestrictDefaultSG';

export interface DefaultSecurityGroupProperties {
  readonly DefaultSecurityGroupId: string;
  /** Twelve digits: the default rule that admits the group names the group's owner. */
  readonly Account: string;
}

/** A VPC's default security group, emptied. */
export const defaultSecurityGroup: CustomResource<DefaultSecurityGroupProperties> = {
  type: DEFAULT_SECURITY_GROUP_TYPE,
  read(from) {
    const properties = record(from);
    return {
      DefaultSecurityGroupId: text(
        properties,
        'DefaultSecurityGroupId',
        /^sg-[0-9a-f]{8,32}$/,
        'a security group id',
      ),
      Account: text(properties, 'Account', /^\d{12}$/, 'a twelve-digit account id'),
    };
  },
  physicalId: ({ DefaultSecurityGroupId }) => DefaultSecurityGroupId,
  async ensure({ properties, signal }, { ec2 }) {
    await restrictDefaultSecurityGroup(ec2(), properties, signal);
    return { reason: 'the default rules are gone' };
  },
  remove: async () => ({ reason: 'the group goes with its VPC' }),
};

/**
 * Empties a VPC's default security group of the two rules AWS puts into it. Nothing in the kit uses the group, but
 * whatever is started without naming one lands there. Deleting the resource restores nothing: the group goes with
 * its VPC.
 */
async function restrictDefaultSecurityGroup(
  ec2: Pick<EC2Client, 'send'>,
  properties: DefaultSecurityGroupProperties,
  signal: AbortSignal,
): Promise<void> {
  const { DefaultSecurityGroupId: GroupId, Account: UserId } = properties;
  const options = { abortSignal: signal };
  const ingress = new RevokeSecurityGroupIngressCommand({
    GroupId,
    IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId, UserId }] }],
  });
  const egress = new RevokeSecurityGroupEgressCommand({
    GroupId,
    IpPermissions: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
  });
  await revoke('ec2:RevokeSecurityGroupIngress', GroupId, () => ec2.send(ingress, options));
  await revoke('ec2:RevokeSecurityGroupEgress', GroupId, () => ec2.send(egress, options));
}

async function revoke(action: string, group: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (nameOf(error) !== 'InvalidPermission.NotFound') throw refusalOf(action, group, error);
  }
}
