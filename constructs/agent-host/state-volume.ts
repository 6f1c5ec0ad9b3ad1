import { CfnDeletionPolicy, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledgePinnedZone } from '../acknowledge';
import { TAG_PART } from '../names';

/** An existing volume, or a snapshot to make one from. */
export interface StateSource {
  readonly kind: 'volume' | 'snapshot';
  readonly id: string;
}

export interface StateVolumeProps {
  readonly availabilityZone: string;
  /** At least the snapshot's size. It may grow later, in place; EBS volumes never shrink. */
  readonly sizeGiB: number;
  readonly key: kms.IKey;
  /** @default a blank volume */
  readonly from?: StateSource;
}

/**
 * The agent's memory and work, on a volume that outlives its host and the stack.
 *
 * **Resources**: one encrypted gp3 volume, retained; none for an existing volume. StateBackup saves
 * it daily.
 *
 * **Security considerations**: VOL-1, VOL-2. CloudFormation can't change the snapshot of an existing volume
 * (`AWS::EC2::Volume`, "Updates are not supported"), so a volume from another snapshot is another resource: CloudFormation
 * makes it, and the old one stays. The operator must delete volumes that are no longer needed: nothing else does.
 */
export class StateVolume extends Construct {
  readonly volumeId: string;

  constructor(scope: Construct, id: string, props: StateVolumeProps) {
    super(scope, id);
    if (props.from?.kind === 'volume') {
      this.volumeId = props.from.id;
      return;
    }
    const snapshotId = props.from?.id;
    // Upper case, so that the logical id doesn't look like one made from content (CHG-1).
    const volume = new ec2.CfnVolume(this, snapshotId ? `Of${snapshotId.toUpperCase()}` : 'Volume', {
      availabilityZone: props.availabilityZone,
      size: props.sizeGiB,
      snapshotId,
      volumeType: 'gp3',
      encrypted: true,
      kmsKeyId: props.key.keyArn,
    });
    volume.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
    volume.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    Tags.of(volume).add(TAG_PART, 'state');
    acknowledgePinnedZone(volume);
    this.volumeId = volume.ref;
  }
}
