import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Reservation } from '@aws-sdk/client-ec2';
import { containPermissions } from '../../constructs/containment/permissions';
import { TAG_AGENT, TAG_EVIDENCE, TAG_PART } from '../../constructs/names';
import { packageRoot } from '../../constructs/package-root';
import type { StepReport } from '../../lib/containment/step';
import { VERIFY_CHECKS } from '../../lib/operations/verify/checks';
import { callersWithout, callerWith, permittedActions } from './preflight/callers';
import { missing } from './preflight/moto';
import { World } from './preflight/world';

/** moto has no backup and no query log: verify.test.ts answers for them. */
const BECAUSE = ['--because', 'a false alarm', '--despite', ...VERIFY_CHECKS.map(({ id }) => id)];

(missing() === undefined ? describe : describe.skip)('KILL-1 contain, release and drill against moto', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world?.close());
  beforeEach(() => world.sound());

  async function run(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { exitCode, stdout, stderr } = await world.command.run(
      [...words, '--region', 'us-east-1', '--json'],
      env,
    );
    return { exitCode, stderr, result: JSON.parse(stdout) };
  }

  /** State, groups and part of every machine of an agent. */
  async function machines(agent: string) {
    const Filters = [{ Name: `tag:${TAG_AGENT}`, Values: [agent] }];
    const { Reservations } = await world.account.call('ec2', 'DescribeInstances', { Filters });
    return (Reservations as Reservation[])
      .flatMap(({ Instances = [] }) => Instances)
      .filter(({ State }) => State?.Name !== 'terminated')
      .map((each) => ({
        part: each.Tags?.find(({ Key }) => Key === TAG_PART)?.Value ?? '',
        state: each.State?.Name,
        groups: each.NetworkInterfaces?.map(({ Groups = [] }) => Groups.map(({ GroupId }) => GroupId).sort()),
      }))
      .sort((a, b) => a.part.localeCompare(b.part));
  }

  test('contain stops, quarantines and snapshots scout alone; release puts all of it back', async () => {
    const [before, neighbour] = [await machines('scout'), await machines('scout-2')];
    const contained = await run(['contain', 'scout']);
    expect(contained).toMatchObject({ exitCode: 0, stderr: '' });
    expect(contained.result.containments).toMatchObject([{ agent: 'scout', isCut: true }]);

    const cut = await machines('scout');
    expect(cut.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    const groups = new Set(cut.flatMap((each) => each.groups).map((each) => each?.join()));
    expect(groups.size).toBe(1);
    expect(before.map(({ groups = [] }) => groups.flat().length)).toEqual([1, 2]);
    expect(before.flatMap((each) => each.groups ?? []).flat()).not.toContain([...groups][0]);
    const Filters = [{ Name: 'tag-key', Values: [TAG_EVIDENCE] }];
    const { Snapshots } = await world.account.call('ec2', 'DescribeSnapshots', { Filters });
    expect(Snapshots).toHaveLength(3);
    expect(await machines('scout-2')).toEqual(neighbour);

    const drilled = await run(['drill', 'scout']);
    expect(drilled).toMatchObject({ exitCode: 1, result: { reason: 'not-running' } });
    const refused = await run(['release', 'scout', '--because', 'a false alarm']);
    expect(refused).toMatchObject({ exitCode: 1, stderr: '', result: { reason: 'unverified' } });
    expect(await machines('scout')).toEqual(cut);

    expect(await run(['release', 'scout', ...BECAUSE])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await machines('scout')).toEqual(before);
  });

  test('an unsound configuration stops nobody: --stack reads none', async () => {
    const words = ['contain', 'scout', '--stack', 'airlock', '--dry-run'];
    const { exitCode, result } = await run([...words, '--config', '/nonexistent']);
    expect({ exitCode, reason: result.reason }).toEqual({ exitCode: 0, reason: 'planned' });
  });

  test('a drill leaves the day that preflight asks for', async () => {
    expect((await run(['drill', 'scout'])).result.recorded).toBe(new Date().toISOString().slice(0, 10));
    const checks = await world.command.checks('scout');
    expect(checks['kill-switch']).toMatchObject({ result: 'pass' });
  });

  test('the function that AWS runs contains scout with its own permissions, once', async () => {
    const scope = { partition: 'aws', region: '', account: '', stack: '', vpcId: '', denialArn: '' };
    const permissions = containPermissions({ ...scope, topicArn: '', keyArn: '' });
    const caller = await callerWith(
      world.account,
      'function',
      permissions.flatMap(({ actions }) => actions),
    );
    await world.moto.identities(true);
    const topic = 'arn:aws:sns:us-east-1:123456789012:containment';
    const message = { TopicArn: topic, Message: 'Budget Name: airlock-scout-1\nAlert Type: ACTUAL' };
    const handle = () =>
      promisify(execFile)(
        process.execPath,
        ['-e', 'require(process.argv[1]).handler(JSON.parse(process.argv[2]))'].concat([
          join(packageRoot(), 'dist', 'assets', 'containment', 'index.js'),
          JSON.stringify({ Records: [{ Sns: message }] }),
        ]),
        {
          env: {
            ...caller,
            AWS_ENDPOINT_URL: world.endpoint,
            AWS_REGION: 'us-east-1',
            STACK: 'airlock',
            TOPIC: topic,
            SWITCHES: JSON.stringify({ scout: { alarms: [], budgets: ['airlock-scout-1'] } }),
          },
        },
      );
    const { containments } = JSON.parse((await handle()).stdout);
    expect(containments).toMatchObject([{ agent: 'scout', isCut: true }]);
    const steps: StepReport[] = containments[0].steps;
    expect(steps.filter(({ state }) => state !== 'confirmed')).toEqual([]);
    expect(JSON.parse((await handle()).stdout)).toMatchObject({ outcome: 'contained before' });
    await world.moto.identities(false);
    expect((await machines('scout')).map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    expect((await machines('scout-2')).map(({ state }) => state)).toEqual(['running', 'running']);
  });

  test('passes with the permissions of docs/PERMISSIONS.md, and each of them is needed', async () => {
    // moto asks no key's policy.
    const actions = permittedActions(/^\| `npx airlock contain`.*$/m).filter(
      (action) => !action.startsWith('kms:'),
    );
    expect(actions).toHaveLength(17);
    const all = await callerWith(world.account, 'everything', actions);
    const verifying = permittedActions(/^\| `npx airlock verify`.*$/m);
    const releaser = await callerWith(world.account, 'releaser', [...actions, ...verifying]);
    // moto doesn't ask for CreateTags where something is made with its tags.
    const judged = actions.filter((action) => action !== 'ec2:CreateTags');
    const callers = await callersWithout(world.account, judged);
    const Name = '/airlock/scout/grants/release-delete';
    await world.account.call('ssm', 'PutParameter', { Name, Value: '{}', Type: 'String' });
    await world.moto.identities(true);
    await world.aside(async () => {
      expect((await run(['drill', 'scout'], all)).exitCode).toBe(0);
      expect((await run(['contain', 'scout'], all)).exitCode).toBe(0);
      expect((await run(['release', 'scout', ...BECAUSE], releaser)).exitCode).toBe(0);
    });
    for (const { action, env } of callers) {
      const { exitCode, result } = await world.aside(() => run(['drill', 'scout'], env));
      const steps: StepReport[] = [...(result.containment?.steps ?? []), ...(result.release?.steps ?? [])];
      const said = [...steps.map(({ saw }) => saw), result.error ?? ''];
      expect({ action, exitCode }).toEqual({ action, exitCode: 1 });
      expect(said.join('\n')).toContain(`AWS denied ${action} in us-east-1`);
    }
  });
});
