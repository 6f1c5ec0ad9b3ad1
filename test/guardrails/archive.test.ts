import { judge } from '../../lib/guardrails';
import { pinned, templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { edited } from '../support/broken';

const SHIPPED = JSON.stringify(
  templateOf(pinned({ ...kitAirlock(), audit: { retentionDays: 90, archive: 's3' } })),
);
const BUCKET = 'ArchiveBucket';
const ROLE = 'scoutProxyRolePolicy.PolicyDocument.Statement';
const statement = (Action: string, path: string) => ({
  Effect: 'Allow',
  Action,
  Resource: { 'Fn::Sub': `\${EnvironmentArchiveBucket.Arn}${path}` },
});

describe('the archive', () => {
  test.each<[law: string, name: string, edits: Record<string, unknown>]>([
    ['LOG-1', 'without a lock', { [`${BUCKET}.ObjectLockConfiguration`]: null }],
    ['LOG-1', 'that goes with the stack', { [BUCKET]: { DeletionPolicy: 'Delete' } }],
    [
      'LOG-1',
      'that may become public',
      { [`${BUCKET}.PublicAccessBlockConfiguration.BlockPublicPolicy`]: false },
    ],
    ['LOG-1', 'without a key', { [`${BUCKET}.BucketEncryption`]: null }],
    ['LOG-1', 'without its policy', { ArchiveBucketPolicy: null }],
    [
      'LOG-1',
      'that takes a second version',
      { 'ArchiveBucketPolicy.PolicyDocument.Statement[Sid=NothingTwice]': null },
    ],
    [
      'LOG-1',
      'whose policy lets others in',
      {
        'ArchiveBucketPolicy.PolicyDocument.Statement+': {
          ...statement('s3:GetObject', '/*'),
          Principal: '*',
        },
      },
    ],
    ['IAM-2', 'that its box may read', { [`${ROLE}+`]: statement('s3:GetObject', '/scout/*') }],
    [
      'IAM-2',
      'whose lock its box may change',
      { [`${ROLE}+`]: statement('s3:PutObjectRetention', '/scout/*') },
    ],
    [
      'IAM-2',
      'where a box writes for another agent',
      { [`${ROLE}[Sid=ArchiveOwnRecords].Resource`]: statement('', '/mender/*').Resource },
    ],
    [
      'IAM-2',
      'where a box writes anywhere',
      { [`${ROLE}[Sid=ArchiveOwnRecords].Resource`]: statement('', '/*').Resource },
    ],
    ['IAM-2', 'whose box makes keys for anything', { [`${ROLE}[Sid=EncryptOwnRecords].Condition`]: null }],
  ])('%s bites an archive %s', (law, _, edits) => {
    expect(judge(JSON.parse(SHIPPED))).toEqual([]);
    const found = judge(edited(JSON.parse(SHIPPED), edits));
    expect([...new Set(found.map(({ invariant }) => invariant))]).toEqual([law]);
  });
});
