import { CfnDeletionPolicy, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { TAG_PART } from '../names';

export interface StateVolumeProps {
  readonly availabilityZone: string;
  /** May grow later, in place; EBS volumes never shrink. */
  readonly sizeGiB: number;
  readonly key: kms.IKey;
}

/**
 * What the agent learns and makes, on a disk of its own that outlives its host and the stack.
 *
 * **Resources**: one encrypted gp3 volume, retained; StateBackup saves it daily.
 *
 * **Security considerations**: VOL-1, VOL-2.
 */
export class StateVolume extends Construct {
  readonly volumeId: string;

  constructor(scope: Construct, id: string, props: StateVolumeProps) {
    super(scope, id);
    const volume = new ec2.CfnVolume(this, 'Volume', {
      availabilityZone: props.availabilityZone,
      size: props.sizeGiB,
      volumeType: 'gp3',
      encrypted: true,
      kmsKeyId: props.key.keyArn,
    });
    volume.cfnOptions.deletionPolicy = CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE;
    volume.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    Tags.of(volume).add(TAG_PART, 'state');
    this.volumeId = volume.ref;
  }
}
