import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

export interface EncryptionKeyProps {
  /** What it encrypts, for the person who meets it in the console. */
  readonly description: string;
}

/**
 * A customer managed key: one per agent, one for what the agents of a stack share.
 *
 * **Resources**: KMS key, rotated yearly, kept when the stack goes because the state volumes and logs it opens stay.
 *
 * **Security considerations**: VOL-1. One agent's proxy box can't decrypt what belongs to another.
 */
export class EncryptionKey extends Construct {
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    this.key = new kms.Key(this, 'Key', {
      description: `${Stack.of(this).stackName}: ${props.description}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
