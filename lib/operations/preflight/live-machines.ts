import type { Instance, InstanceNetworkInterface } from '@aws-sdk/client-ec2';
import { TAG_CELL, TAG_PART } from '../../../constructs/names';
import type { Aws } from '../aws';
import { instancesOf, NOT_TERMINATED, tagFilters, tagOf } from '../ec2-tags';
import type { LiveMachine } from './live';

/** @param cell `<stack>/<agent>` */
export async function machinesOf(aws: Aws, cell: string): Promise<LiveMachine[]> {
  return (await instancesOf(aws, [...tagFilters({ [TAG_CELL]: cell }), NOT_TERMINATED])).map(machine);
}

/** A machine that isn't tagged as a proxy box counts as an agent host, which has stricter checks. */
function machine(instance: Instance): LiveMachine {
  const isBox = tagOf(instance.Tags, TAG_PART) === 'proxy-box';
  return {
    id: instance.InstanceId ?? '',
    part: isBox ? 'proxy-box' : 'agent-host',
    state: instance.State?.Name ?? '',
    zone: instance.Placement?.AvailabilityZone ?? 'an unknown zone',
    hasPublicAddress:
      Boolean(instance.PublicIpAddress || instance.Ipv6Address) ||
      (instance.NetworkInterfaces ?? []).some(isPublic),
    vpc: instance.VpcId ?? '',
    hasProfile: instance.IamInstanceProfile !== undefined,
  };
}

/** An instance's own public address is that of its first interface: a second one may have its own. */
function isPublic({ Association, PrivateIpAddresses = [], ...more }: InstanceNetworkInterface): boolean {
  const associations = [Association, ...PrivateIpAddresses.map((each) => each.Association)];
  return (
    associations.some((each) => each?.PublicIp || each?.CarrierIp || each?.CustomerOwnedIp) ||
    [...(more.Ipv6Addresses ?? []), ...(more.Ipv6Prefixes ?? [])].length > 0
  );
}
