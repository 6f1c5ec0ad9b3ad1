import { Between, type Twist } from './preflight/between';
import type { AirlockCommand } from './preflight/command';
import { missing } from './preflight/moto';
import { TOKEN } from './preflight/verdicts';
import { World } from './preflight/world';

const DO = 'check that env.region is the name of an AWS Region, and the network';
const HTML = {
  status: 200,
  type: 'text/html',
  body: '<html><body>Sign in to this network</body></html>',
};
const CREDENTIALS =
  'sign in (aws sso login, or AWS_PROFILE), check the profile and the clock, and run it again';

/** The error, the same in text and in JSON. */
async function onlyError(
  through: AirlockCommand,
  words: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const told = await through.preflight('scout', words, env);
  const data = await through.preflight('scout', [...words, '--json'], env);
  expect(told).toMatchObject({ exitCode: 1, stdout: '' });
  expect(data).toMatchObject({ exitCode: 1, stderr: '' });
  const { error } = JSON.parse(data.stdout);
  expect(told.stderr).toBe(`error: ${error}\n`);
  return error;
}

(missing() === undefined ? describe : describe.skip)('preflight --live, unanswered', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world?.close());

  test('an endpoint that nobody listens on', async () => {
    const between = await Between.start(world.account, world.moto.endpoint, async () => undefined);
    between.close();
    const error = `us-east-1 could not be reached for ec2:DescribeInstances: ${DO}`;
    expect(await onlyError(world.command.at(between.endpoint))).toBe(error);
  });

  test('an endpoint that never answers', async () => {
    const once = { AWS_MAX_ATTEMPTS: '1' };
    const silence: Twist = async () => undefined;
    expect(await world.through(silence, (silent) => silent.preflight('scout', [], once))).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `error: us-east-1 could not be reached for ec2:DescribeInstances: ${DO}\n`,
    });
  });

  test('nobody signed in, and a key that AWS does not know', async () => {
    const error = `AWS accepted no credentials for ec2:DescribeInstances in us-east-1: ${CREDENTIALS}`;
    const nobody = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };
    expect(await onlyError(world.command, [], nobody)).toBe(error);
    await world.moto.identities(true);
    try {
      expect(await onlyError(world.command)).toBe(error);
    } finally {
      await world.moto.identities(false);
    }
  });

  test('a sign-in page of the network in place of AWS', async () => {
    expect(await world.through(async () => HTML, onlyError)).toMatch(
      /^(no machine of airlock\/scout is in us-east-1|ec2:DescribeInstances in us-east-1 failed with \w+): /,
    );
  });

  test.each([
    ['DescribeInstances', ['control-plane', 'kill-switch', 'dns-firewall', 'zone']],
    ['DescribeVolumes', ['loss']],
    ['DescribeSnapshots', ['loss']],
    ['GetParameter', ['kill-switch']],
    ['GetParameterHistory', ['secrets-set']],
    ['FilterLogEvents', ['secrets-in-logs']],
  ])('a bare 403 to %s fails the checks that need it, and passes none', async (refused, ids) => {
    const twist: Twist = async (action, pass) =>
      action === refused ? { status: 403, type: 'text/plain', body: `${TOKEN} is forbidden` } : pass();
    const { stdout, stderr, exitCode } = await world.through(twist, (through) =>
      through.preflight('scout', ['--json']),
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    expect(stdout).not.toContain(TOKEN);
    const checks: { id: string; reason: string; result: string }[] = JSON.parse(stdout).checks;
    const denied = checks.filter(({ reason }) =>
      new RegExp(`^AWS denied \\w+:${refused} in us-east-1$`).test(reason),
    );
    expect(denied.map(({ id }) => id)).toEqual(ids);
    expect(new Set(denied.map(({ result }) => result))).toEqual(new Set(['fail']));
  });
});
