import { awsError } from '../support/aws';
import { expectPair } from './expect-pair';
import {
  CA_CERTIFICATE,
  CA_KEY,
  failed,
  KEY,
  OTHER_KEY,
  properties,
  READ,
  useFakeAccount,
  WRITE,
} from './fake-account';

const aws = useFakeAccount();

const done = { Status: 'SUCCESS', PhysicalResourceId: 'airlock/scout' };
const names = () => [...aws.ssm.parameters.keys()].sort();
const update = (changes: Record<string, unknown>, old: Record<string, unknown> = {}) =>
  aws.run({
    RequestType: 'Update',
    PhysicalResourceId: 'airlock/scout',
    ResourceProperties: properties(changes),
    OldResourceProperties: properties(old),
  });
const remove = (changes: Record<string, unknown> = {}, more: object = {}) =>
  aws.run({
    RequestType: 'Delete',
    PhysicalResourceId: 'airlock/scout',
    ResourceProperties: properties(changes),
    ...more,
  });

describe('creation', () => {
  test('SEC-1 makes each secret a SecureString under the agent key that holds UNSET', async () => {
    const told = await aws.run({});
    expect(told).toMatchObject({ ...done, RequestId: 'request-1' });
    const unset = { Type: 'SecureString', KeyId: KEY, Value: 'UNSET', Version: 1 };
    for (const name of [READ, WRITE]) expect(aws.ssm.newest(name)).toMatchObject(unset);
  });

  test('SEC-3 makes the CA: key encrypted, certificate plain and returned', async () => {
    const told = await aws.run({});
    expect(aws.ssm.newest(CA_KEY)).toMatchObject({ Type: 'SecureString', KeyId: KEY });
    expect(aws.ssm.newest(CA_CERTIFICATE)).toMatchObject({ Type: 'String', KeyId: undefined });
    expectPair(aws.ssm, told);
  });

  test('asks for no decryption and calls nothing but what the role may', async () => {
    await aws.run({});
    await update({ Parameters: [READ] });
    await remove();
    expect(new Set(aws.ssm.calls.map(({ action }) => action))).toEqual(
      new Set(['GetParameterHistory', 'PutParameter', 'DeleteParameter']),
    );
    expect(aws.ssm.calls.some(({ input }) => input.WithDecryption)).toBe(false);
    const overwritten = aws.ssm.calls.filter(({ input }) => input.Overwrite).map(({ input }) => input.Name);
    expect(overwritten.filter((name) => !name.includes('/ca/'))).toEqual([]);
  });

  test('run twice leaves everything as it was', async () => {
    const first = await aws.run({});
    const before = structuredClone(aws.ssm.parameters);
    expect(await aws.run({})).toEqual(first);
    expect(aws.ssm.parameters).toEqual(before);
  });

  test('never overwrites a value that is set, however many versions it has had', async () => {
    await aws.run({});
    for (let version = 2; version <= 120; version++) aws.ssm.set(WRITE, `value ${version}`, KEY);
    aws.ssm.pageSize = 50;
    expect((await aws.run({})).Status).toBe('SUCCESS');
    expect(aws.ssm.newest(WRITE)).toMatchObject({ Value: 'value 120', Version: 120 });
  });

  test('never overwrites a value that an operator sets while the function runs', async () => {
    aws.ssm.fault = (action, { Name }) => {
      if (action === 'PutParameter' && Name === WRITE) aws.ssm.set(WRITE, 'value', KEY);
      return undefined;
    };
    expect((await aws.run({})).Status).toBe('SUCCESS');
    expect(aws.ssm.newest(WRITE)).toMatchObject({ Value: 'value', Version: 1 });
  });

  test.each([
    [
      'a plain String',
      undefined,
      /"\/airlock\/scout\/github-write-pat" is not a SecureString but a String: .*delete it/,
    ],
    [
      'another key',
      OTHER_KEY,
      /encrypted with "arn:.*9999.*", not with the agent's key "arn:.*1111.*": .*secrets put/,
    ],
    ['the account key', 'alias/aws/ssm', /encrypted with "alias\/aws\/ssm"/],
  ])('refuses a parameter that is there under %s, and changes nothing', async (_, key, reason) => {
    aws.ssm.set(WRITE, 'value', key, key ? 'SecureString' : 'String');
    const told = await aws.run({});
    expect(told).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'airlock/scout' });
    expect(told.Reason).toMatch(reason);
    expect(names()).toEqual([WRITE]);
    expect((await remove()).Status).toBe('SUCCESS');
    expect(aws.ssm.newest(WRITE)?.Value).toBe('value');
  });

  test('SEC-2 accepts what an earlier agent of this name left under its key, says so, and leaves it as it is', async () => {
    await aws.run({});
    aws.ssm.set(WRITE, 'old value', KEY);
    await remove();
    const told = await aws.run({ ResourceProperties: properties({ KeyArn: OTHER_KEY }) });
    expect(told.Status).toBe('SUCCESS');
    expect(told.Reason).toMatch(
      /github-write-pat" is encrypted with ".*1111.*", not with the agent's key ".*9999.*": its rules refuse until "airlock secrets carry scout" or "airlock secrets put"/,
    );
    expect(aws.ssm.parameters.get(WRITE)).toHaveLength(2);
    expect(aws.ssm.newest(READ)).toMatchObject({ KeyId: OTHER_KEY, Value: 'UNSET', Version: 1 });
    expect(aws.ssm.newest(CA_KEY)).toMatchObject({ KeyId: OTHER_KEY });
    expectPair(aws.ssm, told);
  });

  test('knows its own mark from an older version when a later writer left the description out', async () => {
    await aws.run({});
    aws.ssm.set(WRITE, 'old value', KEY);
    const newest = aws.ssm.newest(WRITE);
    if (newest) newest.Description = undefined;
    expect((await aws.run({ ResourceProperties: properties({ KeyArn: OTHER_KEY }) })).Status).toBe('SUCCESS');
  });

  test('takes a parameter written with the bare id of the key', async () => {
    aws.ssm.set(WRITE, 'value', KEY.slice(KEY.lastIndexOf('/') + 1));
    expect((await aws.run({})).Status).toBe('SUCCESS');
    expect(aws.ssm.newest(WRITE)?.Value).toBe('value');
  });
});

describe('what model calls cost', () => {
  const SPEND = '/airlock/scout/model-spend';
  const wanted = { SpendParameter: SPEND };

  test('is a plain parameter that no deployment changes, and that goes with the agent', async () => {
    await update(wanted);
    expect(aws.ssm.newest(SPEND)).toMatchObject({ Type: 'String', Value: '[]' });
    aws.ssm.set(SPEND, '[1]', undefined, 'String');
    await update({ ...wanted, Tags: { team: 'blue' } }, wanted);
    expect(aws.ssm.newest(SPEND)).toMatchObject({ Value: '[1]', Version: 2 });
    expect(aws.ssm.tags.get(SPEND)?.get('team')).toBe('blue');
    await remove(wanted);
    expect(names()).not.toContain(SPEND);
  });

  test('goes also after the deployment that made it was rolled back; a secret of that name stays', async () => {
    await update(wanted);
    await update({}, wanted);
    await remove();
    expect(names()).not.toContain(SPEND);
    aws.ssm.set(SPEND, 'value', KEY);
    await remove();
    expect(names()).toEqual([SPEND]);
  });

  test('is asked for by its own name alone', async () => {
    const told = await update({ SpendParameter: '/airlock/mender/model-spend' });
    expect(told).toMatchObject(failed(/property SpendParameter .*"\/airlock\/scout\/model-spend"/));
  });
});

describe('the CA', () => {
  test.each([
    ['its certificate was deleted', () => aws.ssm.parameters.delete(CA_CERTIFICATE)],
    ['its key was deleted', () => aws.ssm.parameters.delete(CA_KEY)],
    ['both were deleted', () => [CA_KEY, CA_CERTIFICATE].map((name) => aws.ssm.parameters.delete(name))],
    ['its certificate is no certificate', () => aws.ssm.set(CA_CERTIFICATE, 'nonsense', undefined, 'String')],
    ['its key lies under another key', () => aws.ssm.set(CA_KEY, 'old', OTHER_KEY)],
  ])('is made anew, as a pair, when %s', async (_, damage) => {
    const first = await aws.run({});
    damage();
    const told = await update({ Revision: '2' });
    expect(told.Status).toBe('SUCCESS');
    expect(told.Data?.CaCertificate).not.toBe(first.Data?.CaCertificate);
    expectPair(aws.ssm, told);
  });

  test('is whole again after a death between the two writes of a renewal', async () => {
    await aws.run({});
    aws.now = new Date('2036-01-01T00:00:00Z');
    aws.ssm.revive();
    // Four reads of secrets and CA, two more of the CA, then its key.
    aws.ssm.death = { after: 6, applied: true };
    expect((await update({ Revision: '2' })).Status).toBe('FAILED');
    expect(aws.ssm.parameters.get(CA_KEY)).toHaveLength(2);
    expect(aws.ssm.parameters.get(CA_CERTIFICATE)).toHaveLength(1);
    aws.ssm.revive();
    aws.now = new Date('2026-12-01T00:00:00Z');
    expectPair(aws.ssm, await update({ Revision: '2' }));
  });

  test('is made anew in its last year, and not before', async () => {
    const first = await aws.run({});
    aws.now = new Date('2035-11-19T12:00:00Z');
    expect((await update({ Revision: '2' })).Data).toEqual(first.Data);
    aws.now = new Date('2035-11-21T12:00:00Z');
    const told = await update({ Revision: '3' });
    expect(told.Data).not.toEqual(first.Data);
    expectPair(aws.ssm, told);
  });

  test.each([CA_KEY, CA_CERTIFICATE])('is not made over somebody else’s %s', async (name) => {
    aws.ssm.set(name, 'theirs', KEY, name === CA_KEY ? 'SecureString' : 'String');
    expect(await aws.run({})).toMatchObject(failed(`parameter "${name}" exists and was not made by Airlock`));
    await remove();
    expect(aws.ssm.newest(name)?.Value).toBe('theirs');
  });

  test('and the placeholders survive the end of another resource of the same agent', async () => {
    const first = await aws.run({});
    const before = structuredClone(aws.ssm.parameters);
    expect(await aws.run({ LogicalResourceId: 'Renamed' })).toMatchObject(
      failed('belongs to the resource "ScoutSecrets": keep that logical id'),
    );
    await remove({}, { LogicalResourceId: 'Renamed' });
    expect(aws.ssm.parameters).toEqual(before);
    expectPair(aws.ssm, first);
  });

  test('two deliveries of one event at once end with one pair', async () => {
    await Promise.all([aws.run({}), aws.run({})]);
    expectPair(aws.ssm, await aws.run({}));
  });
});

describe('update', () => {
  test('makes new secrets, drops placeholders that left, keeps and names what was set', async () => {
    await aws.run({});
    aws.ssm.set(WRITE, 'value', KEY);
    const told = await update({ Parameters: ['/airlock/scout/new'] });
    expect(told).toMatchObject(done);
    expect(told.Reason).toBe(`done; kept, because only an operator may delete them: ${WRITE}`);
    expect(names()).toEqual([CA_CERTIFICATE, CA_KEY, WRITE, '/airlock/scout/new'].sort());
    expect(aws.ssm.newest(WRITE)?.Value).toBe('value');
  });

  test('keeps a first version that an operator wrote', async () => {
    await aws.run({});
    aws.ssm.parameters.delete(WRITE);
    aws.ssm.set(WRITE, 'value', KEY);
    await update({ Parameters: [] });
    expect(names()).toContain(WRITE);
    expect(names()).not.toContain(READ);
  });

  test('reports a standing secret under another key, so that a way back is never barred', async () => {
    await aws.run({});
    aws.ssm.set(WRITE, 'value', OTHER_KEY);
    const Reason = expect.stringMatching(/github-write-pat" is encrypted with/);
    expect(await update({ Revision: '2' })).toMatchObject({ Status: 'SUCCESS', Reason });
  });

  test('refuses a new key while a parameter of somebody else lies under the old one, and goes back from there', async () => {
    aws.ssm.set(WRITE, 'value', KEY);
    await aws.run({});
    expect((await update({ KeyArn: OTHER_KEY })).Status).toBe('FAILED');
    expect((await update({}, { KeyArn: OTHER_KEY })).Status).toBe('SUCCESS');
    expect(aws.ssm.newest(WRITE)?.Value).toBe('value');
  });

  test('undoes a failed update: what it added goes, what it dropped comes back', async () => {
    const first = await aws.run({});
    await update({ Parameters: ['/airlock/scout/new'] });
    const told = await update({}, { Parameters: ['/airlock/scout/new'] });
    expect(told.Data).toEqual(first.Data);
    expect(names()).toEqual([CA_CERTIFICATE, CA_KEY, READ, WRITE].sort());
  });

  test('to another agent makes that one and leaves the old to its own deletion', async () => {
    await aws.run({});
    const told = await update({
      Agent: 'muse',
      Parameters: ['/airlock/muse/a'],
      CaKeyParameter: '/airlock/muse/ca/private-key',
      CaCertificateParameter: '/airlock/muse/ca/certificate',
    });
    expect(told.PhysicalResourceId).toBe('airlock/muse');
    expect(aws.ssm.parameters.size).toBe(7);
    await remove();
    expect(names().every((name) => name.startsWith('/airlock/muse/'))).toBe(true);
  });
});

describe('deletion', () => {
  test('takes the placeholders and the CA, keeps what was set', async () => {
    await aws.run({});
    aws.ssm.set(WRITE, 'value', KEY);
    const told = await remove();
    expect(told).toMatchObject(done);
    expect(told.Reason).toContain(WRITE);
    expect(names()).toEqual([WRITE]);
  });

  test('succeeds when everything is gone already, and again', async () => {
    expect((await remove()).Status).toBe('SUCCESS');
    await aws.run({});
    await remove();
    expect((await remove()).Status).toBe('SUCCESS');
    expect(aws.ssm.parameters.size).toBe(0);
  });

  test('succeeds for properties that were never accepted', async () => {
    const properties = { Agent: 42 };
    const made = await aws.run({ ResourceProperties: properties });
    expect(made).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'ScoutSecrets' });
    const { PhysicalResourceId } = made;
    const told = await aws.run({ RequestType: 'Delete', PhysicalResourceId, ResourceProperties: properties });
    expect(told).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'ScoutSecrets' });
    expect(aws.ssm.calls).toEqual([]);
  });

  test('fails aloud when it may not delete', async () => {
    await aws.run({});
    const denial =
      'User: u is not authorized to perform: ssm:DeleteParameter on resource: arn:aws:ssm:us-east-1:111122223333:parameter/airlock/scout/x because';
    aws.ssm.fault = (action) =>
      action === 'DeleteParameter' ? awsError('AccessDeniedException', denial) : undefined;
    expect(await remove()).toMatchObject(
      failed("the provider's role may not ssm:DeleteParameter on arn:aws:ssm:"),
    );
  });
});

describe('properties', () => {
  test.each([
    ['KeyArn', 'alias/scout', /property KeyArn .* must be the ARN of a KMS key/],
    ['Agent', '../muse', /property Agent/],
    ['Agent', 'muse', /property CaKeyParameter .* "\/<stack>\/muse\/ca\/private-key"/],
    ['CaKeyParameter', '/airlock/scout/key', /property CaKeyParameter/],
    ['CaCertificateParameter', CA_KEY, /property CaCertificateParameter/],
    ['Parameters', WRITE, /property Parameters .* must be a list/],
    ['Parameters', ['/airlock/muse/a'], /names below "\/airlock\/scout\/"/],
    ['Parameters', ['/airlock/scoutx/a'], /names below/],
    ['Parameters', ['/airlock/scout/../muse/a '], /names below/],
    ['Parameters', [CA_KEY], /none of its ca, policy, box/],
    ['Parameters', ['/airlock/scout/policy/1'], /none of its/],
    ['Parameters', ['/airlock/scout/box'], /none of its/],
    ['Parameters', [7], /names below/],
    ['CaSubject', 'x'.repeat(65), /property CaSubject/],
    ['CaSubject', '', /property CaSubject/],
  ])('a wrong %s (%j) is refused before anything is called', async (name, value, reason) => {
    expect(await aws.run({ ResourceProperties: properties({ [name]: value }) })).toMatchObject(
      failed(reason),
    );
    expect(aws.ssm.calls).toEqual([]);
  });

  test('a resource type of somebody else is refused', async () => {
    expect(await aws.run({ ResourceType: 'Custom::Other' })).toMatchObject(failed('no such resource type'));
  });
});
