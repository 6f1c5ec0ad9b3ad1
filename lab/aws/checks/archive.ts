import { AwsRefusal } from '../aws-cli';
import { type Check, judge } from '../check';
import { AGENT, ARCHIVE_DAYS } from '../configuration';
import { resourcesOf } from '../look';

interface Lock {
  readonly Rule?: { readonly DefaultRetention?: { readonly Mode?: string; readonly Days?: number } };
}

/** The write-once archive. A proxy box puts its first file after an hour. */
export const ARCHIVE: readonly Check[] = [
  {
    id: 'archive',
    title:
      'the proxy box puts its records into the write-once archive, which locks them and takes no object twice',
    covers: ['archive'],
    minutes: 90,
    needs: ['audit'],
    run: async (trial) => {
      const [found] = await resourcesOf(trial, 'AWS::S3::Bucket');
      const Bucket = found?.PhysicalResourceId ?? '';
      const lock = await trial.aws<Lock | null>(
        's3api',
        'get-object-lock-configuration',
        { Bucket },
        'ObjectLockConfiguration',
      );
      const { Mode = 'no lock', Days = 0 } = lock?.Rule?.DefaultRetention ?? {};
      // A put that may replace an object.
      const put = await trial
        .aws('s3api', 'put-object', { Bucket, Key: `${AGENT}/probe` })
        .then(() => 'accepted')
        .catch((error) => (error instanceof AwsRefusal ? error.code : String(error)));
      await trial.until('a file is in the archive', async () => {
        const files = await trial.aws<string[] | null>(
          's3api',
          'list-objects-v2',
          { Bucket, Prefix: `${AGENT}/` },
          'Contents[].Key',
        );
        return files?.[0];
      });
      const words = ['audit', AGENT, '--verify', '--archive', `s3://${Bucket}`];
      const { whole, lines = 0 } = await trial.airlockJson<{ whole?: boolean; lines?: number }>(words);
      return judge(
        Mode === 'GOVERNANCE' &&
          Days === ARCHIVE_DAYS &&
          put === 'AccessDenied' &&
          whole === true &&
          lines > 0,
        `${Mode} for ${Days} days; a put without If-None-Match: ${put}; ${lines} records, ${whole ? 'whole' : 'not whole'}`,
      );
    },
  },
];
