import { record, text } from '../../function/properties';

/** Properties of `Custom::AirlockStateAttachment`. */
export interface StateAttachmentProperties {
  /** The agent host that must have the volume. */
  readonly InstanceId: string;
  readonly VolumeId: string;
  /** Such as `/dev/sdf`. */
  readonly Device: string;
  /** `<stack>/<agent>`: what the tag `airlock:cell` of the volume and of every machine that holds it must say. */
  readonly Cell: string;
}

/** @throws Refusal naming the property, when one is not what the construct would have passed */
export function readStateAttachment(from: unknown): StateAttachmentProperties {
  const properties = record(from);
  return {
    InstanceId: text(properties, 'InstanceId', /^i-[0-9a-f]{8,32}$/, 'an instance id'),
    VolumeId: text(properties, 'VolumeId', /^vol-[0-9a-f]{8,32}$/, 'a volume id'),
    Device: text(properties, 'Device', /^\/dev\/sd[f-p]$/, 'a device name such as "/dev/sdf"'),
    Cell: text(properties, 'Cell', /^[A-Za-z0-9-]+\/[A-Za-z0-9-]+$/, '"<stack>/<agent>"'),
  };
}
