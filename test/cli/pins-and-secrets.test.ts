import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { hiddenLine } from '../../lib/cli/ask';
import { awsError, servicesWith } from '../support/aws';
import { configDirectory, temporary } from './config-directory';
import { airlock } from './fake-terminal';
import { OBEYED } from './obeyed';

const IMAGE = 'ami-0123456789abcdef0';

/** AWS as far as these commands know it; remembers what was asked and in which Region. */
class FakeAws {
  readonly asked: { action: string; region?: string; input: Record<string, unknown> }[] = [];
  answers: Record<string, unknown> = {
    DescribeInstances: { Reservations: [] },
    GetParameter: { Parameter: { Value: IMAGE } },
    GetParameterHistory: {
      Parameters: [{ Version: 1, KeyId: 'arn:aws:kms:us-east-1:111122223333:key/example' }],
    },
    PutParameter: { Version: 2 },
  };

  readonly fails: Record<string, Error> = {};

  readonly services = servicesWith((action, input, region) => {
    this.asked.push({ action, region, input });
    if (action === 'DescribeInstanceTypeOfferings') return offeringsOf(input, region);
    if (action === 'DescribeImages') return { Images: input.ImageIds.map(imageOf) };
    const failure = this.fails[action];
    if (failure) throw failure;
    return this.answers[action];
  });
}

/** Debian's and Amazon's at once: who asks looks only at what it asked for. */
function imageOf(ImageId: string): object {
  const both = {
    Name: 'al2023-ami-2023.9.20251105.0-kernel-6.1-arm64',
    Architecture: 'arm64',
    State: 'available',
  };
  const root = { RootDeviceType: 'ebs', RootDeviceName: '/dev/xvda' };
  return { ImageId, ...both, ...root, OwnerId: '136693071363', ImageOwnerAlias: 'amazon' };
}

/** One zone that has everything. */
function offeringsOf(input: Record<string, unknown>, region = 'us-east-1'): object {
  const [{ Values }] = input.Filters as [{ Values: string[] }];
  return {
    InstanceTypeOfferings: Values.map((InstanceType) => ({ InstanceType, Location: `${region}b` })),
  };
}

const text = (value: string) => async () => new TextEncoder().encode(value);

describe('images pin', () => {
  test('writes a line for every machine and says which', async () => {
    const config = configDirectory();
    const aws = new FakeAws();
    const { exitCode, stdout } = await airlock(['images', 'pin', '--config', config], {}, aws.services);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.any(String) });
    expect(stdout).toMatch(/^pinned: 4 machines$/mu);
    expect(stdout).toMatch(/^ {2}us-east-1b, which offers every instance type$/mu);
    expect(stdout).toMatch(/^ {2}scout +agent-host +us-east-1 +ami-0123456789abcdef0 +the newest$/mu);
    expect(JSON.parse(readFileSync(join(config, 'images.lock.json'), 'utf8')).images).toHaveLength(4);
    expect((await airlock(['check', '--config', config])).stderr).not.toContain('images.lock.json');
    expect(stdout).toMatch(
      /^ {2}Amazon Linux 2023\.9\.20251105: proxy boxes upgrade to it in their window$/mu,
    );
    const again = await airlock(['images', 'pin', '--config', config], {}, aws.services);
    expect(again.stdout).toBe('current: every machine has its line already\n');
  });

  test('--region looks in another Region', async () => {
    const aws = new FakeAws();
    const argv = ['images', 'pin', '--region', 'eu-central-1', '--json', '--config', configDirectory()];
    const { exitCode, stdout } = await airlock(argv, {}, aws.services);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ reason: 'pinned', pinned: [{}, {}, {}, {}] });
    expect(new Set(aws.asked.map(({ region }) => region))).toEqual(new Set(['eu-central-1']));
  });

  test('a refusal by AWS is one line on stderr and exit 1', async () => {
    const aws = new FakeAws();
    aws.answers.GetParameter = { Parameter: { Value: 'not an image\u001b[2J' } };
    const config = configDirectory();
    const { exitCode, stdout, stderr } = await airlock(
      ['images', 'pin', '--config', config],
      {},
      aws.services,
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^error: .+\n$/u);
    expect(stderr).not.toMatch(OBEYED);
    expect(existsSync(join(config, 'images.lock.json'))).toBe(false);
  });
});

describe('software pin', () => {
  test('needs the key', async () => {
    const { exitCode, stderr } = await airlock(['software', 'pin', '--config', configDirectory()]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("required option '--key <file>' not specified");
  });

  test("--version is its own, not the kit's", async () => {
    const argv = [
      'software',
      'pin',
      '--key',
      'none.asc',
      '--version',
      'newest',
      '--config',
      configDirectory(),
    ];
    const { exitCode, stdout, stderr } = await airlock(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^error: version "newest" is not/u);
  });

  test('a key that is none: one line on stderr, as data with --json', async () => {
    const key = join(temporary(), 'key.asc');
    writeFileSync(key, 'no key');
    const argv = ['software', 'pin', '--key', key, '--config', configDirectory()];
    const plain = await airlock(argv);
    expect(plain).toMatchObject({ exitCode: 1, stdout: '' });
    expect(plain.stderr).toMatch(/^error: .*key\.asc .+\n$/u);
    const json = await airlock([...argv, '--json']);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ reason: 'key-unusable', fix: expect.any(String) });
  });
});

describe('secrets put', () => {
  const argv = () => ['secrets', 'put', 'scout', 'github-read-pat', '--config', configDirectory()];

  test('SEC-1 sets what is piped in, and never shows it', async () => {
    const aws = new FakeAws();
    const { exitCode, stdout, stderr } = await airlock(
      [...argv(), '--strip-newline'],
      { stdin: text('example-value\n') },
      aws.services,
    );
    expect({ exitCode, stdout, stderr: stderr.replaceAll(/^warning: .*\n/gmu, '') }).toEqual({
      exitCode: 0,
      stdout: 'set: /airlock/scout/github-read-pat, version 2\n',
      stderr: '',
    });
    expect(aws.asked.at(-1)).toMatchObject({ action: 'PutParameter', region: 'us-east-1' });
    expect(aws.asked.at(-1)?.input).toMatchObject({ Value: 'example-value', Type: 'SecureString' });
  });

  test('SEC-1 asks a person for the value, and shows only the question', async () => {
    const aws = new FakeAws();
    const asked: string[] = [];
    const hidden = async (prompt: string) => {
      asked.push(prompt);
      return 'typed-value';
    };
    const ran = await airlock(argv(), { hidden }, aws.services);
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'set: /airlock/scout/github-read-pat, version 2\n' });
    expect(asked).toEqual(['value of github-read-pat (not shown): ']);
    expect(aws.asked.at(-1)?.input).toMatchObject({ Value: 'typed-value' });
    expect(JSON.stringify(ran)).not.toContain('typed-value');
  });

  test('without a pipe it says how, and asks AWS nothing', async () => {
    const aws = new FakeAws();
    const { exitCode, stderr } = await airlock(argv(), {}, aws.services);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('airlock secrets put scout github-read-pat < FILE');
    expect(aws.asked).toEqual([]);
  });

  test.each([['UNSET'], [''], ['two\nlines'], ['a-line\n'], ['x'.repeat(5000)]])(
    '%j is no value, and is not repeated',
    async (value) => {
      const aws = new FakeAws();
      const { exitCode, stdout, stderr } = await airlock(argv(), { stdin: text(value) }, aws.services);
      expect({ exitCode, stdout, asked: aws.asked }).toEqual({ exitCode: 1, stdout: '', asked: [] });
      expect(stderr).not.toContain('two\nlines');
      expect(stderr).not.toContain('xxxxx');
    },
  );
});

describe('secrets rotate', () => {
  const argv = ['secrets', 'rotate', 'scout', 'github-read-pat'];
  const health = (version: number) =>
    JSON.stringify({ ProxyHealthy: 1, secrets: { 'github-read-pat': version, 'github-write-pat': 9 } });
  const rotate = async (events: object[] | Error) => {
    const aws = new FakeAws();
    aws.answers.GetLogEvents = { events };
    const command = [...argv, '--config', configDirectory()];
    if (events instanceof Error) aws.fails.GetLogEvents = events;
    const ran = await airlock(command, { stdin: text('example-value') }, aws.services);
    expect(JSON.stringify(ran)).not.toContain('example-value');
    return { ...ran, asked: aws.asked };
  };

  test('SEC-2 ends when warden reports that the new version is in force', async () => {
    const { exitCode, stdout, asked } = await rotate([
      { message: health(1) },
      { message: 'no JSON' },
      { message: health(2) },
      { message: '{"level":"info"}' },
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/version 2; the proxy box holds no earlier value, confirmed after \d+ s/u);
    expect(asked.at(-1)?.input).toMatchObject({
      logGroupName: '/airlock/scout/audit',
      logStreamName: 'warden',
    });
  });

  test('is set and not confirmed when AWS shows nobody what warden reports', async () => {
    const { exitCode, stdout, stderr } = await rotate(awsError('AccessDeniedException'));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^set: .*\nnot confirmed: .*AWS denied logs:GetLogEvents/mu);
  });
});

test('what a person types after a hidden question has no echo', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.ReadStream;
  const output = new PassThrough();
  const line = hiddenLine(input, output, 'value: ');
  (input as unknown as PassThrough).write('hunter-two\r');
  expect(await line).toBe('hunter-two');
  expect(String(output.read())).toBe('value: \n');
});
