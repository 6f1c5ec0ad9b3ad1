import type { Reservation } from '@aws-sdk/client-ec2';
import { type Aws, awsCli } from '../../lab/aws/aws-cli';
import { leftovers } from '../../lab/aws/leftovers';
import { program } from '../../lab/aws/program';
import { removeAll } from '../../lab/aws/remove-all';
import { findProgram } from '../../lab/host/requirements';
import { Moto, missing } from './preflight/moto';
import { BuiltAccount } from './verify/account';

const ACCOUNT = '123456789012';
const STACK = 'airlock-try-0123abcd';
/** Begins with STACK's name. */
const FOREIGN = 'airlock-try-0123abcde';

const PATH = process.env.PATH ?? '';
const noAws = findProgram('aws', PATH) ? undefined : 'the AWS CLI is not here: pip install awscli==1.45.11';
if (noAws) process.stderr.write(`skipped: ${noAws}\n`);
const suite = (missing() ?? noAws) ? describe.skip : describe;

suite("the removal, in moto's account", () => {
  let moto: Moto;
  let aws: Aws;
  /** For calls that aren't the removal's: each call of the CLI takes a second of a processor. */
  let account: BuiltAccount;

  beforeAll(async () => {
    moto = await Moto.start();
    account = new BuiltAccount(moto);
    const env = {
      PATH,
      HOME: process.env.HOME,
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'placeholder',
      AWS_SECRET_ACCESS_KEY: 'not-a-real-key',
    };
    const signal = new AbortController().signal;
    const cli = awsCli(program({ cwd: __dirname, env, signal, log: () => undefined }));
    // moto lacks these calls or fails at them; test/try-on-aws/removal.test.ts covers them.
    const lacking: Record<string, unknown> = {
      'list-recovery-points-by-backup-vault': [],
      'update-termination-protection': null,
    };
    aws = (async (service, operation, input, query) =>
      operation in lacking ? lacking[operation] : cli(service, operation, input, query)) as Aws;
  });
  afterAll(() => moto.close());

  /** Creates one resource of each kind that a run leaves, with this name and tag. */
  async function make(stack: string): Promise<void> {
    const Tags = [{ Key: 'airlock:stack', Value: stack }];
    const TagSpecifications = (ResourceType: string) => [{ ResourceType, Tags }];
    const { VolumeId } = await account.call('ec2', 'CreateVolume', {
      AvailabilityZone: 'us-east-1a',
      Size: 1,
      TagSpecifications: TagSpecifications('volume'),
    });
    await account.call('ec2', 'CreateSnapshot', {
      VolumeId,
      TagSpecifications: TagSpecifications('snapshot'),
    });
    await account.call('ec2', 'RunInstances', {
      ImageId: 'ami-1234567890abcdef0',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: TagSpecifications('instance'),
    });
    await account.call('logs', 'CreateLogGroup', { logGroupName: `/${stack}/probe/audit` });
    const secret = { Name: `/${stack}/probe/secret`, Value: 'UNSET', Type: 'String' };
    await account.call('ssm', 'PutParameter', secret);
    await aws('budgets', 'create-budget', {
      AccountId: ACCOUNT,
      Budget: {
        BudgetName: `${stack}-total`,
        BudgetType: 'COST',
        TimeUnit: 'MONTHLY',
        BudgetLimit: { Amount: '1', Unit: 'USD' },
      },
    });
    const key = { Tags: [{ TagKey: 'airlock:stack', TagValue: stack }] };
    await account.call('kms', 'CreateKey', key);
    const vault = { BackupVaultName: `vault-of-${stack}`, BackupVaultTags: { 'airlock:stack': stack } };
    await aws('backup', 'create-backup-vault', vault);
    await aws('cloudformation', 'create-stack', {
      StackName: stack,
      TemplateBody: JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }),
    });
  }

  /** All resources of the account. */
  async function everything(): Promise<Record<string, unknown>> {
    const list = (service: string, operation: string, query: string, input = {}) =>
      aws<unknown>(service, operation, input, query);
    const { Volumes } = await account.call('ec2', 'DescribeVolumes');
    const { Snapshots } = await account.call('ec2', 'DescribeSnapshots', { OwnerIds: ['self'] });
    const { Reservations } = await account.call('ec2', 'DescribeInstances');
    const { logGroups } = await account.call('logs', 'DescribeLogGroups');
    const { Parameters } = await account.call('ssm', 'DescribeParameters');
    const running = (Reservations as Reservation[])
      .flatMap(({ Instances = [] }) => Instances)
      .filter(({ State }) => State?.Name === 'running');
    const each = (all: object[], id: string) => all.map((one) => (one as Record<string, unknown>)[id]);
    return {
      volumes: each(Volumes, 'VolumeId'),
      snapshots: each(Snapshots, 'SnapshotId'),
      instances: each(running, 'InstanceId'),
      groups: each(logGroups, 'logGroupName'),
      parameters: each(Parameters, 'Name'),
      budgets: await list('budgets', 'describe-budgets', 'Budgets[].BudgetName', { AccountId: ACCOUNT }),
      vaults: await list('backup', 'list-backup-vaults', 'BackupVaultList[].BackupVaultName'),
      stacks: await list('cloudformation', 'describe-stacks', 'Stacks[].StackName'),
      tagged: await list(
        'resourcegroupstaggingapi',
        'get-resources',
        "ResourceTagMappingList[?starts_with(ResourceARN, 'arn:aws:kms')].ResourceARN",
      ),
    };
  }

  test('removes all of its own stack and nothing of a stack whose name begins with its name', async () => {
    await moto.reset();
    await make(FOREIGN);
    await account.call('ec2', 'CreateVolume', { AvailabilityZone: 'us-east-1a', Size: 1 });
    const before = await everything();
    await make(STACK);
    const place = { aws, account: ACCOUNT, stack: STACK };
    const kinds = (await leftovers(place)).map(({ kind }) => kind);
    expect(kinds.join()).toBe('stack,instance,volume,snapshot,log group,parameter,budget,backup vault,key');
    expect(await removeAll({ ...place, tell: () => undefined, pause: async () => undefined })).toEqual([]);
    const after = await everything();
    const { tagged: keysAfter, ...rest } = after;
    const { tagged: keysBefore, ...expected } = before;
    expect(rest).toEqual(expected);
    // KMS lists the own key until its deletion; the foreign key stays enabled.
    for (const KeyId of keysAfter as string[]) {
      const { KeyMetadata } = await account.call('kms', 'DescribeKey', { KeyId });
      expect(KeyMetadata.KeyState).toBe(
        (keysBefore as string[]).includes(KeyId) ? 'Enabled' : 'PendingDeletion',
      );
    }
  });

  test('finds nothing in an empty account', async () => {
    await moto.reset();
    expect(await leftovers({ aws, account: ACCOUNT, stack: STACK })).toEqual([]);
  });
});
