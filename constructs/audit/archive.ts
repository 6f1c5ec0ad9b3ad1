import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, COMPLIANCE } from '../acknowledge';
import { skipCheckov } from '../skip-checkov';

export interface ArchiveProps {
  /** Encrypts what nobody puts with an agent's key. */
  readonly key: kms.IKey;
  /** Days that an object is locked and kept. */
  readonly days: number;
  /** Whether a person with a permission of its own may shorten the lock. */
  readonly lock: 'governance' | 'compliance';
}

/**
 * The write-once archive of the gate's records: one bucket for all agents of a stack. Each proxy box puts its records below its
 * agent's name, under its agent's key.
 *
 * **Resources**: bucket, its policy. Both outlive the stack.
 *
 * **Security considerations**: LOG-1. Object Lock keeps every object for its days, whoever deletes it; the bucket's policy
 * refuses a second version of a key, and everything without TLS. No role of the stack reads it. Under `governance` a person
 * with `s3:BypassGovernanceRetention` can shorten the lock, and whoever deletes the agents' keys makes the objects unreadable:
 * the operator must restrict both.
 */
export class Archive extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, { key, days, lock }: ArchiveProps) {
    super(scope, id);
    const { governance, compliance } = s3.ObjectLockRetention;
    const retention = Duration.days(days);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: lock === 'compliance' ? compliance(retention) : governance(retention),
      lifecycleRules: [
        {
          expiration: Duration.days(days + 1),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'NothingTwice',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: { Null: { 's3:if-none-match': 'true' } },
      }),
    );
    const logs = 'CloudTrail has who changes the bucket, and puts of the boxes alone reach it.';
    acknowledge(this.bucket, ['AwsSolutions'], 'S1', logs);
    acknowledge(this.bucket, COMPLIANCE, 'S3BucketLoggingEnabled', logs);
    const copy = 'The records are in CloudWatch too, and audit.forwardTo takes them to another account.';
    acknowledge(this.bucket, COMPLIANCE, 'S3BucketReplicationEnabled', copy);
    const bucket = this.bucket.node.defaultChild as s3.CfnBucket;
    skipCheckov(bucket, 'CKV_AWS_18', logs);
  }
}
