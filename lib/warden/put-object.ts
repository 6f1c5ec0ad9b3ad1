import { SSMClient } from '@aws-sdk/client-ssm';
import { S3 } from '../s3';
import { AwsError, type Host } from './host';
import { codeOf } from './parameters';

/** Amazon S3 through the box's role. Amazon's own client on the box is too old to put only what isn't there. */
export function putObject(region: string): Host['putObject'] {
  const { config } = new SSMClient({ region });
  const s3 = new S3({ region, config, endpoint: process.env.AWS_ENDPOINT_URL });
  return async (...object) => {
    try {
      await s3.put(...object);
    } catch (error) {
      throw new AwsError('PutObject', codeOf(error));
    }
  };
}
