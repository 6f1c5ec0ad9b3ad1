import type { Agent, Airlock } from '../../lib/config/model';
import { awsOf, type Client } from '../../lib/operations/aws';
import { carrySecrets } from '../../lib/operations/carry-secrets';
import { putSecret } from '../../lib/operations/put-secret';
import { FakeAccount, KEY, OTHER_KEY, properties, READ, WRITE } from '../provider/fake-account';
import type { FakeSsm } from '../provider/fake-ssm';
import { awsError } from '../support/aws';

const secrets = Object.entries({ read: READ, write: WRITE }).map(([id, parameter]) => ({ id, parameter }));
const agent = { name: 'scout', secrets } as unknown as Agent;
const airlock = { name: 'airlock', agents: [agent] } as unknown as Airlock;

let account: FakeAccount;
let ssm: FakeSsm;
beforeEach(async () => {
  account = await new FakeAccount().open();
  ssm = account.ssm;
});
afterEach(() => account.close());

const DELETE = { RequestType: 'Delete', PhysicalResourceId: 'airlock/scout' } as const;
const create = (KeyArn: string) => account.run({ ResourceProperties: properties({ KeyArn }) });
const remove = () => account.run({ ...DELETE, ResourceProperties: properties({ KeyArn: KEY }) });
const aws = () => awsOf({ ssm: () => ssm.client as Client }, 'us-east-1');
const put = (secret: string, value: string) =>
  putSecret({
    airlock,
    agent: 'scout',
    secret,
    value: Buffer.from(value),
    aws: aws(),
  });
const carry = (dryRun = false) => carrySecrets({ airlock, agent, dryRun, aws: aws() });

/** What a stack leaves that was deployed, had one of its two secrets set, was destroyed and deployed again. */
async function destroyedAndBack(): Promise<void> {
  await create(KEY);
  await put('write', 'hunter-two');
  await remove();
  expect((await create(OTHER_KEY)).Status).toBe('SUCCESS');
  ssm.opens.add(KEY);
}

describe('a stack that was destroyed and deployed again', () => {
  test('gets the old value under the new key by one command, and nothing prints it', async () => {
    await destroyedAndBack();
    const result = await carry();
    expect(result).toEqual({
      reason: 'done',
      agent: 'scout',
      secrets: [
        { id: 'read', parameter: READ, state: 'under-key' },
        { id: 'write', parameter: WRITE, state: 'carried', version: 3 },
      ],
    });
    expect(ssm.newest(WRITE)).toMatchObject({ Value: 'hunter-two', KeyId: OTHER_KEY, Type: 'SecureString' });
    expect(ssm.parameters.get(WRITE)?.map(({ KeyId }) => KeyId)).toEqual([KEY, KEY, OTHER_KEY]);
    expect(JSON.stringify(result)).not.toContain('hunter-two');
    expect(await carry()).toMatchObject({ reason: 'done', secrets: [{}, { state: 'under-key' }] });
    expect(ssm.parameters.get(WRITE)).toHaveLength(3);
  });

  test('or a new value under the new key', async () => {
    await destroyedAndBack();
    expect(await put('write', 'hunter-three')).toMatchObject({ reason: 'put', version: 3 });
    expect(ssm.newest(WRITE)).toMatchObject({ Value: 'hunter-three', KeyId: OTHER_KEY });
  });

  test('works a third time', async () => {
    await destroyedAndBack();
    await carry();
    await remove();
    ssm.opens.add(OTHER_KEY);
    expect((await create(KEY)).Status).toBe('SUCCESS');
    expect(await carry()).toMatchObject({ reason: 'done', secrets: [{}, { state: 'carried' }] });
    expect(ssm.newest(WRITE)).toMatchObject({ Value: 'hunter-two', KeyId: KEY });
  });

  test('a dry run decrypts nothing and writes nothing', async () => {
    await destroyedAndBack();
    ssm.revive();
    expect(await carry(true)).toMatchObject({
      reason: 'done',
      secrets: [{ state: 'under-key' }, { state: 'would-carry', fromKey: KEY }],
    });
    expect(new Set(ssm.calls.map(({ action }) => action))).toEqual(new Set(['GetParameterHistory']));
  });

  test('loses nothing when it is interrupted after any call, and the next run ends it', async () => {
    await destroyedAndBack();
    const left = structuredClone(ssm.parameters);
    for (const applied of [false, true]) {
      for (let after = 0; after < 8; after += 1) {
        ssm.parameters.clear();
        for (const [name, versions] of structuredClone(left)) ssm.parameters.set(name, versions);
        ssm.revive();
        ssm.death = { after, applied };
        await carry();
        ssm.revive();
        expect(ssm.newest(WRITE)?.Value).toBe('hunter-two');
        expect((await carry()).reason).toBe('done');
        expect(ssm.newest(WRITE)).toMatchObject({ Value: 'hunter-two', KeyId: OTHER_KEY });
      }
    }
  });

  test.each([
    ['AccessDeniedException', /AWS denied .*kms:Decrypt with the old key .*1111/],
    ['InvalidKeyId', /disabled, pending deletion or gone.*cancel-key-deletion.*secrets put/],
  ])('says what to do when the old key refuses with %s', async (name, message) => {
    await destroyedAndBack();
    ssm.fault = (action) => (action === 'GetParameter' ? awsError(name, 'hunter-two') : undefined);
    const result = await carry();
    expect(result).toMatchObject({
      reason: 'incomplete',
      secrets: [{}, { state: 'aws', message: expect.stringMatching(message) }],
    });
    expect(JSON.stringify(result)).not.toContain('hunter-two');
    expect(ssm.parameters.get(WRITE)).toHaveLength(2);
  });

  test('says so when somebody sets the secret at the same moment', async () => {
    await destroyedAndBack();
    ssm.fault = (action) => {
      if (action === 'PutParameter') ssm.set(WRITE, 'newer', OTHER_KEY);
      return undefined;
    };
    expect(await carry()).toMatchObject({
      reason: 'incomplete',
      secrets: [{}, { state: 'overtaken', message: expect.stringContaining('set it again') }],
    });
  });
});

test('what was never set, is plain text or is missing is told apart', async () => {
  await create(KEY);
  await create(OTHER_KEY);
  expect(await carry()).toMatchObject({ reason: 'done', secrets: [{ state: 'unset' }, { state: 'unset' }] });
  ssm.parameters.delete(READ);
  ssm.parameters.delete(WRITE);
  ssm.set(WRITE, 'leaked', undefined, 'String');
  expect(await carry()).toMatchObject({
    reason: 'incomplete',
    secrets: [{ state: 'missing' }, { state: 'plain', message: expect.stringContaining('as leaked') }],
  });
});

test('before the agent is deployed nobody knows its key', async () => {
  expect(await carry()).toMatchObject({
    reason: 'not-deployed',
    message: expect.stringContaining('deploy the stack'),
  });
});
