import { awsError } from '../support/aws';
import { eventsOf, failed, KEY, OTHER_KEY, type RequestType, useFakeAccount } from './fake-account';

const aws = useFakeAccount();

const run = (type: RequestType, Groups: unknown) =>
  eventsOf(aws, 'Custom::AirlockLogKeys', 'log-keys', {})(type, { Groups });

test('VOL-1 every log group is put under its key, one that was imported with an older key as well', async () => {
  const told = await run('Create', [`/airlock/scout/audit ${KEY}`, `/airlock/flow-logs ${OTHER_KEY}`]);
  expect(told).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'log-keys' });
  expect(aws.logsCalls).toEqual([
    { action: 'AssociateKmsKey', input: { logGroupName: '/airlock/scout/audit', kmsKeyId: KEY } },
    { action: 'AssociateKmsKey', input: { logGroupName: '/airlock/flow-logs', kmsKeyId: OTHER_KEY } },
  ]);
});

test('a denial fails the deployment and names the group', async () => {
  aws.logsFault = () => awsError('AccessDeniedException');
  expect(await run('Update', [`/airlock/scout/audit ${KEY}`])).toMatchObject(
    failed(/logs:AssociateKmsKey of "\/airlock\/scout\/audit" failed/),
  );
});

test('its end changes no key', async () => {
  expect((await run('Delete', [`/airlock/scout/audit ${KEY}`])).Status).toBe('SUCCESS');
  expect(aws.logsCalls).toEqual([]);
});

test.each([['/airlock/scout/audit'], [KEY], [`/airlock/scout/audit alias/scout`], [`airlock ${KEY}`], [7]])(
  'a wrong entry (%j) is refused before anything is called',
  async (entry) => {
    const told = await run('Create', [entry]);
    expect(told).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('property Groups') });
    expect(aws.logsCalls).toEqual([]);
  },
);
