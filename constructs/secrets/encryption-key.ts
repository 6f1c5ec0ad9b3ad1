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
 * **Security considerations**: VOL-1. One agent's proxy box can't decrypt what belongs to another. The operator must
 * keep the key for as long as its volumes, snapshots and logs are needed.
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

/**
 * The key that the caller made, or else a new one.
 *
 * @throws when the key belongs to another stack, whose policy for it this stack can't add to
 */
export function ownKey(scope: Construct, id: string, props: EncryptionKeyProps & { key?: kms.Key }): kms.Key {
  const { key } = props;
  if (key === undefined) return new EncryptionKey(scope, id, props).key;
  if (!(key instanceof kms.Key) || Stack.of(key) !== Stack.of(scope)) {
    throw new Error(
      `key: ${key.node.path} must be a kms.Key of the stack ${Stack.of(scope).stackName}, because statements for ` +
        'CloudWatch Logs, alarms and budgets are added to its policy: make it there with new kms.Key(…)',
    );
  }
  return key;
}
