import {
  type EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { DefaultSecurityGroupProperties } from './properties';
import { nameOf, refusalOf } from './refusal';

/**
 * Empties a VPC's default security group of the two rules AWS puts into it. Nothing in the kit uses the group, but
 * whatever is started without naming one lands there. Deleting the resource restores nothing: the group goes with
 * its VPC.
 */
export async function restrictDefaultSecurityGroup(
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
