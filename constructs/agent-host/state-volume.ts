import { CfnDeletionPolicy, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledgePinnedZone } from '../acknowledge';
import { TAG_PART } from '../names';

/** A volume that is there already, or a snapshot that a new one is made of. */
export interface StateSource {
  readonly kind: 'volume' | 'snapshot';
  readonly id: string;
}

export interface StateVolumeProps {
  readonly availabilityZone: string;
  /** At least that of the snapshot. May grow later, in place; EBS volumes never shrink. */
  readonly sizeGiB: number;
  readonly key: kms.IKey;
  /** @default a blank volume */
  readonly from?: StateSource;
}

/**
 * What the agent learns and makes, on a disk of its own that outlives its host and the stack.
 *
 * **Resources**: one encrypted gp3 volume, retained; none when it is a volume that is there already. StateBackup saves
 * it daily.
 *
 * **Security considerations**: VOL-1, VOL-2. CloudFormation can't change the snapshot of a volume that exists
 * (`AWS::EC2::Volume`, "Updates are not supported"), so a volume of another snapshot is another resource: it is made
 * beside the old one, which stays.
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
    // Upper case, so that the id doesn't end like one that is made from content (CHG-1).
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
