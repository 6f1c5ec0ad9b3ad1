import { CA_CERTIFICATE, CA_KEY, KEY, properties, READ, Stage, WRITE } from './stage';

const ALL = [READ, WRITE, CA_KEY, CA_CERTIFICATE];
const KIT = { 'airlock:stack': 'airlock', 'airlock:agent': 'scout' };

let stage: Stage;
beforeEach(async () => {
  stage = await new Stage().open();
});
afterEach(() => stage.close());

const create = (Tags: Record<string, string>) => stage.run({ ResourceProperties: properties({ Tags }) });
const change = (before: Record<string, string> | undefined, after: Record<string, string>) =>
  stage.run({
    RequestType: 'Update',
    PhysicalResourceId: 'airlock/scout',
    ResourceProperties: properties({ Tags: after }),
    OldResourceProperties: properties(before === undefined ? {} : { Tags: before }),
  });
const tagsOf = (name: string) => Object.fromEntries(stage.ssm.tags.get(name) ?? []);
const actions = () => stage.ssm.calls.map(({ action }) => action);

test('every parameter is made with its tags, in the call that makes it', async () => {
  const tags = { ...KIT, 'cost-center': '1234' };
  expect((await create(tags)).Status).toBe('SUCCESS');
  for (const name of ALL) expect(tagsOf(name)).toEqual(tags);
  expect(actions()).not.toContain('AddTagsToResource');
});

test('other tags reach the parameters that are there, and those that left are taken off', async () => {
  await create({ ...KIT, team: 'red', old: 'yes' });
  stage.ssm.calls.length = 0;
  expect((await change({ ...KIT, team: 'red', old: 'yes' }, { ...KIT, team: 'blue' })).Status).toBe(
    'SUCCESS',
  );
  for (const name of ALL) expect(tagsOf(name)).toEqual({ ...KIT, team: 'blue' });
  expect(actions()).not.toContain('PutParameter');
});

test('unchanged tags cost no call', async () => {
  await create(KIT);
  stage.ssm.calls.length = 0;
  await change(KIT, KIT);
  expect(new Set(actions())).toEqual(new Set(['GetParameterHistory']));
});

test('a stack from before tags were there, and a secret from before the stack, get theirs', async () => {
  stage.ssm.set(WRITE, 'kept', KEY);
  await create(KIT);
  expect(tagsOf(WRITE)).toEqual(KIT);
  stage.ssm.tags.get(WRITE)?.clear();
  await change(undefined, KIT);
  expect(tagsOf(WRITE)).toEqual(KIT);
});

test('a value that is no text is refused by its property, and not repeated', async () => {
  const told = await stage.run({ ResourceProperties: properties({ Tags: { team: ['hush'] } }) });
  expect(told).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('property Tags') });
  expect(told.Reason).not.toContain('hush');
});
