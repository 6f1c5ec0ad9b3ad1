import { TAG_AGENT } from '../../../../constructs/names';
import type { Aws } from '../../aws';
import { byId, instancesOf, NOT_TERMINATED, tagOf } from '../../ec2-tags';

/** Every machine in the VPC that isn't terminated. */
export async function machinesOf(aws: Aws, vpc: string) {
  const instances = await instancesOf(aws, [{ Name: 'vpc-id', Values: [vpc] }, NOT_TERMINATED]);
  return instances.map((each) => ({
    id: each.InstanceId ?? '',
    agent: tagOf(each.Tags, TAG_AGENT),
    /** EC2's word, such as `running`. */
    state: each.State?.Name ?? 'in no state',
    image: each.ImageId ?? '',
    /** An ARN. */
    profile: each.IamInstanceProfile?.Arn,
    metadata: {
      tokens: each.MetadataOptions?.HttpTokens ?? 'unknown',
      hops: each.MetadataOptions?.HttpPutResponseHopLimit ?? 0,
      ipv6: each.MetadataOptions?.HttpProtocolIpv6 ?? 'disabled',
      tags: each.MetadataOptions?.InstanceMetadataTags ?? 'disabled',
    },
    volumes: (each.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []),
  }));
}

export async function volumesOf(aws: Aws, ids: readonly string[]) {
  if (ids.length === 0) return [];
  const volumes = await aws.list('ec2:DescribeVolumes', byId('volume-id', ...ids), ({ Volumes }) => Volumes);
  return volumes.map(({ VolumeId = '', Encrypted, KmsKeyId, Attachments = [] }) => ({
    id: VolumeId,
    isEncrypted: Encrypted === true,
    key: KmsKeyId,
    machines: Attachments.flatMap(({ State, InstanceId }) =>
      State !== 'detached' && InstanceId ? [InstanceId] : [],
    ),
  }));
}
