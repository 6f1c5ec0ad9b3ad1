import { expectPair } from './expect-pair';
import { awsError, type FakeSsm } from './fake-ssm';
import { CA_CERTIFICATE, CA_KEY, KEY, OTHER_KEY, properties, READ, Stage, WRITE } from './stage';

let stage: Stage;
beforeEach(async () => {
  stage = await new Stage().open();
});
afterEach(() => stage.close());

const update = (changes: Record<string, unknown>, old: Record<string, unknown> = {}) =>
  stage.run({
    RequestType: 'Update',
    PhysicalResourceId: 'airlock/scout',
    ResourceProperties: properties(changes),
    OldResourceProperties: properties(old),
  });
const remove = (changes: Record<string, unknown> = {}, more: object = {}) =>
  stage.run({
    RequestType: 'Delete',
    PhysicalResourceId: 'airlock/scout',
    ResourceProperties: properties(changes),
    ...more,
  });

describe('creation', () => {
  test('SEC-1 makes each secret a SecureString under the agent key that holds UNSET', async () => {
    const told = await stage.run({});
    expect(told).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: 'airlock/scout',
      RequestId: 'request-1',
    });
    for (const name of [READ, WRITE]) {
      expect(stage.ssm.newest(name)).toMatchObject({
        Type: 'SecureString',
        KeyId: KEY,
        Value: 'UNSET',
        Version: 1,
      });
    }
  });

  test('SEC-3 makes the CA: key encrypted, certificate plain and returned', async () => {
    const told = await stage.run({});
    expect(stage.ssm.newest(CA_KEY)).toMatchObject({ Type: 'SecureString', KeyId: KEY });
    expect(stage.ssm.newest(CA_CERTIFICATE)).toMatchObject({ Type: 'String', KeyId: undefined });
    expectPair(stage.ssm, told);
  });

  test('asks for no decryption and calls nothing but what the role may', async () => {
    await stage.run({});
    await update({ Parameters: [READ] });
    await remove();
    expect(new Set(stage.ssm.calls.map(({ action }) => action))).toEqual(
      new Set(['GetParameterHistory', 'PutParameter', 'DeleteParameter']),
    );
    expect(stage.ssm.calls.some(({ input }) => input.WithDecryption)).toBe(false);
    const overwritten = stage.ssm.calls.filter(({ input }) => input.Overwrite).map(({ input }) => input.Name);
    expect(overwritten.filter((name) => !name.includes('/ca/'))).toEqual([]);
  });

  test('run twice leaves everything as it was', async () => {
    const first = await stage.run({});
    const before = structuredClone(stage.ssm.parameters);
    expect(await stage.run({})).toEqual(first);
    expect(stage.ssm.parameters).toEqual(before);
  });

  test('never overwrites a value that is set, however many versions it has had', async () => {
    await stage.run({});
    for (let version = 2; version <= 120; version++) stage.ssm.set(WRITE, `value ${version}`, KEY);
    stage.ssm.pageSize = 50;
    expect((await stage.run({})).Status).toBe('SUCCESS');
    expect(stage.ssm.newest(WRITE)).toMatchObject({ Value: 'value 120', Version: 120 });
  });

  test('never overwrites a value that an operator sets while the function runs', async () => {
    stage.ssm.fault = (action, { Name }) => {
      if (action === 'PutParameter' && Name === WRITE) stage.ssm.set(WRITE, 'value', KEY);
      return undefined;
    };
    expect((await stage.run({})).Status).toBe('SUCCESS');
    expect(stage.ssm.newest(WRITE)).toMatchObject({ Value: 'value', Version: 1 });
  });

  test.each([
    [
      'a plain String',
      'String',
      undefined,
      /"\/airlock\/scout\/github-write-pat" is not a SecureString but a String: .*delete it/,
    ],
    [
      'another key',
      'SecureString',
      OTHER_KEY,
      /encrypted with "arn:.*9999.*", not with the agent's key "arn:.*1111.*": .*secrets put/,
    ],
    ['the account key', 'SecureString', 'alias/aws/ssm', /encrypted with "alias\/aws\/ssm"/],
  ])('refuses a parameter that is there under %s, and changes nothing', async (_, type, key, reason) => {
    stage.ssm.set(WRITE, 'value', key, type);
    const told = await stage.run({});
    expect(told).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'airlock/scout' });
    expect(told.Reason).toMatch(reason);
    expect([...stage.ssm.parameters.keys()]).toEqual([WRITE]);
    expect((await remove()).Status).toBe('SUCCESS');
    expect(stage.ssm.newest(WRITE)?.Value).toBe('value');
  });

  test('SEC-2 accepts what an earlier agent of this name left under its key, says so, and leaves it as it is', async () => {
    await stage.run({});
    stage.ssm.set(WRITE, 'old value', KEY);
    await remove();
    const told = await stage.run({ ResourceProperties: properties({ KeyArn: OTHER_KEY }) });
    expect(told.Status).toBe('SUCCESS');
    expect(told.Reason).toMatch(
      /github-write-pat" is encrypted with ".*1111.*", not with the agent's key ".*9999.*": its rules refuse until "airlock secrets carry scout" or "airlock secrets put"/,
    );
    expect(stage.ssm.parameters.get(WRITE)).toHaveLength(2);
    expect(stage.ssm.newest(READ)).toMatchObject({ KeyId: OTHER_KEY, Value: 'UNSET', Version: 1 });
    expect(stage.ssm.newest(CA_KEY)).toMatchObject({ KeyId: OTHER_KEY });
    expectPair(stage.ssm, told);
  });

  test('knows its own mark from an older version when a later writer left the description out', async () => {
    await stage.run({});
    stage.ssm.set(WRITE, 'old value', KEY);
    const newest = stage.ssm.newest(WRITE);
    if (newest) newest.Description = undefined;
    expect((await stage.run({ ResourceProperties: properties({ KeyArn: OTHER_KEY }) })).Status).toBe(
      'SUCCESS',
    );
  });

  test('takes a parameter written with the bare id of the key', async () => {
    stage.ssm.set(WRITE, 'value', KEY.slice(KEY.lastIndexOf('/') + 1));
    expect((await stage.run({})).Status).toBe('SUCCESS');
    expect(stage.ssm.newest(WRITE)?.Value).toBe('value');
  });
});

describe('the CA', () => {
  test.each([
    ['its certificate was deleted', (ssm: FakeSsm) => ssm.parameters.delete(CA_CERTIFICATE)],
    ['its key was deleted', (ssm: FakeSsm) => ssm.parameters.delete(CA_KEY)],
    [
      'both were deleted',
      (ssm: FakeSsm) => [CA_KEY, CA_CERTIFICATE].map((name) => ssm.parameters.delete(name)),
    ],
    [
      'its certificate is no certificate',
      (ssm: FakeSsm) => ssm.set(CA_CERTIFICATE, 'nonsense', undefined, 'String'),
    ],
    ['its key lies under another key', (ssm: FakeSsm) => ssm.set(CA_KEY, 'old', OTHER_KEY)],
  ])('is made anew, as a pair, when %s', async (_, damage) => {
    const first = await stage.run({});
    damage(stage.ssm);
    const told = await update({ Revision: '2' });
    expect(told.Status).toBe('SUCCESS');
    expect(told.Data?.CaCertificate).not.toBe(first.Data?.CaCertificate);
    expectPair(stage.ssm, told);
  });

  test('is whole again after a death between the two writes of a renewal', async () => {
    await stage.run({});
    stage.now = new Date('2036-01-01T00:00:00Z');
    stage.ssm.revive();
    // Four reads of secrets and CA, two more of the CA, then its key.
    stage.ssm.death = { after: 6, applied: true };
    expect((await update({ Revision: '2' })).Status).toBe('FAILED');
    expect(stage.ssm.parameters.get(CA_KEY)).toHaveLength(2);
    expect(stage.ssm.parameters.get(CA_CERTIFICATE)).toHaveLength(1);
    stage.ssm.revive();
    stage.now = new Date('2026-12-01T00:00:00Z');
    expectPair(stage.ssm, await update({ Revision: '2' }));
  });

  test('is made anew in its last year, and not before', async () => {
    const first = await stage.run({});
    stage.now = new Date('2035-11-19T12:00:00Z');
    expect((await update({ Revision: '2' })).Data).toEqual(first.Data);
    stage.now = new Date('2035-11-21T12:00:00Z');
    const told = await update({ Revision: '3' });
    expect(told.Data).not.toEqual(first.Data);
    expectPair(stage.ssm, told);
  });

  test.each([CA_KEY, CA_CERTIFICATE])('is not made over somebody else’s %s', async (name) => {
    stage.ssm.set(name, 'theirs', KEY, name === CA_KEY ? 'SecureString' : 'String');
    const told = await stage.run({});
    expect(told.Status).toBe('FAILED');
    expect(told.Reason).toContain(`parameter "${name}" exists and was not made by Airlock`);
    await remove();
    expect(stage.ssm.newest(name)?.Value).toBe('theirs');
  });

  test('and the placeholders survive the end of another resource of the same agent', async () => {
    const first = await stage.run({});
    const before = structuredClone(stage.ssm.parameters);
    const told = await stage.run({ LogicalResourceId: 'Renamed' });
    expect(told.Status).toBe('FAILED');
    expect(told.Reason).toContain('belongs to the resource "ScoutSecrets": keep that logical id');
    await remove({}, { LogicalResourceId: 'Renamed' });
    expect(stage.ssm.parameters).toEqual(before);
    expectPair(stage.ssm, first);
  });

  test('two deliveries of one event at once end with one pair', async () => {
    const events = [stage.run({}), stage.run({})];
    await Promise.all(events);
    expectPair(stage.ssm, await stage.run({}));
  });
});

describe('update', () => {
  test('makes new secrets, drops placeholders that left, keeps and names what was set', async () => {
    await stage.run({});
    stage.ssm.set(WRITE, 'value', KEY);
    const told = await update({ Parameters: ['/airlock/scout/new'] });
    expect(told).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'airlock/scout' });
    expect(told.Reason).toBe(`done; kept, because only an operator may delete them: ${WRITE}`);
    expect([...stage.ssm.parameters.keys()].sort()).toEqual(
      [CA_CERTIFICATE, CA_KEY, WRITE, '/airlock/scout/new'].sort(),
    );
    expect(stage.ssm.newest(WRITE)?.Value).toBe('value');
  });

  test('keeps a first version that an operator wrote', async () => {
    await stage.run({});
    stage.ssm.parameters.delete(WRITE);
    stage.ssm.set(WRITE, 'value', KEY);
    await update({ Parameters: [] });
    expect([...stage.ssm.parameters.keys()]).toContain(WRITE);
    expect([...stage.ssm.parameters.keys()]).not.toContain(READ);
  });

  test('reports a standing secret under another key, so that a way back is never barred', async () => {
    await stage.run({});
    stage.ssm.set(WRITE, 'value', OTHER_KEY);
    const told = await update({ Revision: '2' });
    expect(told.Status).toBe('SUCCESS');
    expect(told.Reason).toMatch(/github-write-pat" is encrypted with/);
  });

  test('refuses a new key while a parameter of somebody else lies under the old one, and goes back from there', async () => {
    stage.ssm.set(WRITE, 'value', KEY);
    await stage.run({});
    expect((await update({ KeyArn: OTHER_KEY })).Status).toBe('FAILED');
    expect((await update({}, { KeyArn: OTHER_KEY })).Status).toBe('SUCCESS');
    expect(stage.ssm.newest(WRITE)?.Value).toBe('value');
  });

  test('undoes a failed update: what it added goes, what it dropped comes back', async () => {
    const first = await stage.run({});
    await update({ Parameters: ['/airlock/scout/new'] });
    const told = await update({}, { Parameters: ['/airlock/scout/new'] });
    expect(told.Data).toEqual(first.Data);
    expect([...stage.ssm.parameters.keys()].sort()).toEqual([CA_CERTIFICATE, CA_KEY, READ, WRITE].sort());
  });

  test('to another agent makes that one and leaves the old to its own deletion', async () => {
    await stage.run({});
    const told = await update({
      Agent: 'muse',
      Parameters: ['/airlock/muse/a'],
      CaKeyParameter: '/airlock/muse/ca/private-key',
      CaCertificateParameter: '/airlock/muse/ca/certificate',
    });
    expect(told.PhysicalResourceId).toBe('airlock/muse');
    expect(stage.ssm.parameters.size).toBe(7);
    await remove();
    expect([...stage.ssm.parameters.keys()].every((name) => name.startsWith('/airlock/muse/'))).toBe(true);
  });
});

describe('deletion', () => {
  test('takes the placeholders and the CA, keeps what was set', async () => {
    await stage.run({});
    stage.ssm.set(WRITE, 'value', KEY);
    const told = await remove();
    expect(told).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'airlock/scout' });
    expect(told.Reason).toContain(WRITE);
    expect([...stage.ssm.parameters.keys()]).toEqual([WRITE]);
  });

  test('succeeds when everything is gone already, and again', async () => {
    expect((await remove()).Status).toBe('SUCCESS');
    await stage.run({});
    await remove();
    expect((await remove()).Status).toBe('SUCCESS');
    expect(stage.ssm.parameters.size).toBe(0);
  });

  test('succeeds for properties that were never accepted', async () => {
    const properties = { Agent: 42 };
    const made = await stage.run({ ResourceProperties: properties });
    expect(made).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'ScoutSecrets' });
    const told = await stage.run({
      RequestType: 'Delete',
      PhysicalResourceId: made.PhysicalResourceId,
      ResourceProperties: properties,
    });
    expect(told).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'ScoutSecrets' });
    expect(stage.ssm.calls).toEqual([]);
  });

  test('fails aloud when it may not delete', async () => {
    await stage.run({});
    stage.ssm.fault = (action) =>
      action === 'DeleteParameter'
        ? awsError(
            'AccessDeniedException',
            'User: u is not authorized to perform: ssm:DeleteParameter on resource: arn:aws:ssm:us-east-1:111122223333:parameter/airlock/scout/x because',
          )
        : undefined;
    const told = await remove();
    expect(told.Status).toBe('FAILED');
    expect(told.Reason).toContain("the provider's role may not ssm:DeleteParameter on arn:aws:ssm:");
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
    const told = await stage.run({ ResourceProperties: properties({ [name]: value }) });
    expect(told.Status).toBe('FAILED');
    expect(told.Reason).toMatch(reason);
    expect(stage.ssm.calls).toEqual([]);
  });

  test('a resource type of somebody else is refused', async () => {
    const told = await stage.run({ ResourceType: 'Custom::Other' });
    expect(told.Status).toBe('FAILED');
    expect(told.Reason).toContain('no such resource type');
  });
});
