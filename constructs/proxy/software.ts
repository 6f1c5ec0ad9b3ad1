import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { builtAsset } from '../package-assets';

/**
 * The program that every proxy box of a stack downloads and runs: warden.
 *
 * **Resources**: none in the template; one file asset in the bootstrap bucket.
 *
 * **Security considerations**: a box checks the digest of the download before it runs it. The operator must protect the
 * bootstrap bucket: who can write to it can stop every update.
 */
export class Software extends Construct {
  readonly bucket: string;
  readonly key: string;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  /** ARN of that one object. */
  readonly arn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const path = builtAsset('warden.cjs');
    const asset = new Asset(this, 'Warden', { path });
    this.bucket = asset.s3BucketName;
    this.key = asset.s3ObjectKey;
    this.sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    this.arn = asset.bucket.arnForObjects(asset.s3ObjectKey);
  }
}
