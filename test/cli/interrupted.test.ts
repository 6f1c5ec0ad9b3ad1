import { createServer, type Server } from 'node:http';
import { createContext } from '../../lib/cli/context';
import { uninterrupted } from '../../lib/cli/progress';
import { AWS } from '../../lib/cli/services';
import { listening } from '../support/listening';
import { configDirectory } from './config-directory';
import { airlock, terminal } from './fake-terminal';

test('Ctrl-C in the middle is answered with what goes on, and the work ends', async () => {
  let press = () => {};
  let listening = false;
  const said: string[] = [];
  const onInterrupt = (listener: () => void) => {
    listening = true;
    press = listener;
    return () => {
      listening = false;
    };
  };
  const context = createContext(terminal({ onInterrupt, stderr: (text) => void said.push(text) }), AWS);
  const work = async () => {
    press();
    return 'done';
  };
  expect(await uninterrupted(context, 'containing scout', work)).toBe('done');
  expect(said.join('')).toContain('containing scout goes on');
  expect(listening).toBe(false);
});

describe('AWS throttles', () => {
  let server: Server;
  let asked = 0;
  const environment = { ...process.env };

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      asked += 1;
      response.writeHead(400, { 'content-type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
      );
    });
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await listening(server)}`;
    process.env.AWS_ACCESS_KEY_ID = 'placeholder';
    process.env.AWS_SECRET_ACCESS_KEY = 'not-a-real-key';
  });
  afterAll(() => {
    process.env = environment;
    server.close();
  });

  test('a command backs off some times, and then says so', async () => {
    const began = Date.now();
    const argv = ['outputs', '--config', configDirectory()];
    const { exitCode, stdout, stderr } = await airlock(argv, {}, AWS);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/AWS takes no more calls of cloudformation:DescribeStacks in us-east-1 now/u);
    expect(asked).toBe(3);
    expect(Date.now() - began).toBeGreaterThan(50);
  });
});

test('with the clock an hour off, a command is signed again with AWS’s time, and says so', async () => {
  // No hour ends meanwhile.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 28, 12, 30) });
  onTestFinished(() => void vi.useRealTimers());
  const late = () => new Date(Date.now() + 3_600_000);
  const signed: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    signed.push(String(request.headers['x-amz-date']));
    const isRefused = signed.length === 1;
    const body = isRefused
      ? '<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired</Message></Error></ErrorResponse>'
      : '<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>airlock</StackName><StackStatus>UPDATE_COMPLETE</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>';
    response.writeHead(isRefused ? 403 : 200, { 'content-type': 'text/xml', date: late().toUTCString() });
    response.end(body);
  });
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${await listening(server)}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'placeholder');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'not-a-real-key');
  const { stdout, stderr } = await airlock(['outputs', '--config', configDirectory(), '--json'], {}, AWS);
  vi.unstubAllEnvs();
  server.close();
  expect(stdout).toContain('UPDATE_COMPLETE');
  expect(stderr).toMatch(/^warning: this machine's clock is 60 minutes behind AWS's: set it/);
  const stamp = late().toISOString().replaceAll(/[-:]/g, '').slice(0, 11);
  expect(signed.map((each) => each.startsWith(stamp))).toEqual([false, true]);
});
