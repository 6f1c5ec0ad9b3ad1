import { awsError } from './fake-ssm';
import { KEY, OTHER_KEY, Stage } from './stage';

let stage: Stage;
beforeEach(async () => {
  stage = await new Stage().open();
});
afterEach(() => stage.close());

const run = (RequestType: 'Create' | 'Update' | 'Delete', Groups: unknown) =>
  stage.run({
    RequestType,
    ResourceType: 'Custom::AirlockLogKeys',
    ResourceProperties: { Groups },
    PhysicalResourceId: RequestType === 'Create' ? undefined : 'log-keys',
  });

test('VOL-1 every log group is put under its key, one that was imported with an older key as well', async () => {
  const told = await run('Create', [`/airlock/scout/audit ${KEY}`, `/airlock/flow-logs ${OTHER_KEY}`]);
  expect(told).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'log-keys' });
  expect(stage.logsCalls).toEqual([
    { action: 'AssociateKmsKey', input: { logGroupName: '/airlock/scout/audit', kmsKeyId: KEY } },
    { action: 'AssociateKmsKey', input: { logGroupName: '/airlock/flow-logs', kmsKeyId: OTHER_KEY } },
  ]);
});

test('a denial fails the deployment and names the group', async () => {
  stage.logsFault = () => awsError('AccessDeniedException');
  const told = await run('Update', [`/airlock/scout/audit ${KEY}`]);
  expect(told.Status).toBe('FAILED');
  expect(told.Reason).toMatch(/logs:AssociateKmsKey of "\/airlock\/scout\/audit" failed/);
});

test('its end changes no key', async () => {
  expect((await run('Delete', [`/airlock/scout/audit ${KEY}`])).Status).toBe('SUCCESS');
  expect(stage.logsCalls).toEqual([]);
});

test.each([['/airlock/scout/audit'], [KEY], [`/airlock/scout/audit alias/scout`], [`airlock ${KEY}`], [7]])(
  'a wrong entry (%j) is refused before anything is called',
  async (entry) => {
    const told = await run('Create', [entry]);
    expect(told).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('property Groups') });
    expect(stage.logsCalls).toEqual([]);
  },
);
