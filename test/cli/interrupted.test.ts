import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createContext } from '../../lib/cli/context';
import { uninterrupted } from '../../lib/cli/progress';
import { AWS } from '../../lib/cli/services';
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
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
