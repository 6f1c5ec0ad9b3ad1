import { CA_CERTIFICATE, CA_KEY, KEY, properties, READ, useFakeAccount, WRITE } from './fake-account';

const ALL = [READ, WRITE, CA_KEY, CA_CERTIFICATE];
const KIT = { 'airlock:stack': 'airlock', 'airlock:agent': 'scout' };

const aws = useFakeAccount();

const create = (Tags: Record<string, string>) => aws.run({ ResourceProperties: properties({ Tags }) });
const change = (before: Record<string, string> | undefined, after: Record<string, string>) =>
  aws.run({
    RequestType: 'Update',
    PhysicalResourceId: 'airlock/scout',
    ResourceProperties: properties({ Tags: after }),
    OldResourceProperties: properties(before === undefined ? {} : { Tags: before }),
  });
const tagsOf = (name: string) => Object.fromEntries(aws.ssm.tags.get(name) ?? []);
const actions = () => aws.ssm.calls.map(({ action }) => action);

test('every parameter is made with its tags, in the call that makes it', async () => {
  const tags = { ...KIT, 'cost-center': '1234' };
  expect((await create(tags)).Status).toBe('SUCCESS');
  for (const name of ALL) expect(tagsOf(name)).toEqual(tags);
  expect(actions()).not.toContain('AddTagsToResource');
});

test('other tags reach the parameters that are there, and those that left are taken off', async () => {
  await create({ ...KIT, team: 'red', old: 'yes' });
  aws.ssm.calls.length = 0;
  expect((await change({ ...KIT, team: 'red', old: 'yes' }, { ...KIT, team: 'blue' })).Status).toBe(
    'SUCCESS',
  );
  for (const name of ALL) expect(tagsOf(name)).toEqual({ ...KIT, team: 'blue' });
  expect(actions()).not.toContain('PutParameter');
});

test('unchanged tags cost no call', async () => {
  await create(KIT);
  aws.ssm.calls.length = 0;
  await change(KIT, KIT);
  expect(new Set(actions())).toEqual(new Set(['GetParameterHistory']));
});

test('a stack from before tags were there, and a secret from before the stack, get theirs', async () => {
  aws.ssm.set(WRITE, 'kept', KEY);
  await create(KIT);
  expect(tagsOf(WRITE)).toEqual(KIT);
  aws.ssm.tags.get(WRITE)?.clear();
  await change(undefined, KIT);
  expect(tagsOf(WRITE)).toEqual(KIT);
});

test('a value that is no text is refused by its property, and not repeated', async () => {
  const told = await aws.run({ ResourceProperties: properties({ Tags: { team: ['hush'] } }) });
  expect(told).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('property Tags') });
  expect(told.Reason).not.toContain('hush');
});
