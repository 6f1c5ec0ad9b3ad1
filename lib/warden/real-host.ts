import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { account } from './accounts';
import { download } from './download';
import { AwsError, type Command, type Host, type Outcome } from './host';
import { monotonic } from './monotonic';
import type { ParameterStore } from './parameters';
import { pathsUnder } from './paths';
import { realFiles } from './real-files';

export interface RealHostOptions {
  /** Empty on a box; a temporary directory in tests. */
  readonly root: string;
  readonly region: string;
  readonly parameters: ParameterStore;
  readonly putObject: Host['putObject'];
  /** Search path of the programs it runs. */
  readonly searchPath: string;
  /** @default the platform's */
  readonly fetch?: typeof fetch;
  /** Other loopback ports for tests. @default the port that is asked for */
  readonly ports?: ReadonlyMap<number, number>;
}

const OUTPUT_LIMIT = 64 * 1024;
const REQUEST_TIMEOUT = 10_000;

export function realHost(options: RealHostOptions): Host {
  const fetcher = options.fetch ?? fetch;
  const run = (command: Command) => runCommand(options, command);
  return {
    paths: pathsUnder(options.root),
    now: () => Date.now(),
    monotonic,
    sleep: async (milliseconds) => {
      await sleep(milliseconds);
    },
    ...realFiles(options.root),
    run,
    async request({ method, port, path }) {
      try {
        const response = await fetcher(`http://127.0.0.1:${options.ports?.get(port) ?? port}${path}`, {
          method,
          redirect: 'manual',
          signal: AbortSignal.timeout(REQUEST_TIMEOUT),
        });
        return { status: response.status, body: (await response.text()).slice(0, OUTPUT_LIMIT) };
      } catch {
        return { status: 0, body: '' };
      }
    },
    getParameters: options.parameters.read,
    parameterHistory: options.parameters.history,
    putParameter: options.parameters.write,
    // Every Amazon Linux image has Amazon's client; a second one would only enlarge the bundle.
    async getObject(bucket, key, file) {
      const { status, output } = await run({
        file: 'aws',
        arguments: [
          's3',
          'cp',
          '--only-show-errors',
          '--region',
          options.region,
          `s3://${bucket}/${key}`,
          file,
        ],
        timeoutSeconds: 120,
      });
      if (status !== 0)
        throw new AwsError('GetObject', /\((\w{1,64})\)/.exec(output)?.[1] ?? `status ${status}`);
    },
    putObject: options.putObject,
    download: (url, file) => download(fetcher, url, file),
    sha256: hashFile,
  };
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

async function runCommand(options: RealHostOptions, command: Command): Promise<Outcome> {
  const identity = command.user === undefined ? {} : await account(options.root, command.user);
  return new Promise((resolve) => {
    const child = spawn(command.file, command.arguments, {
      ...identity,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: command.timeoutSeconds * 1000,
      killSignal: 'SIGKILL',
      env: childEnvironment(options),
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-OUTPUT_LIMIT);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', () => resolve({ status: -1, output }));
    child.once('close', (status) => resolve({ status: status ?? -1, output }));
  });
}

/** Only what the programs need; AWS's own endpoint variables are for tests. */
function childEnvironment({ searchPath, region }: RealHostOptions): NodeJS.ProcessEnv {
  const passed = Object.entries(process.env).filter(([name]) =>
    /^AWS_(ENDPOINT_URL|EC2_METADATA)/.test(name),
  );
  return {
    ...Object.fromEntries(passed),
    PATH: searchPath,
    LANG: 'C.UTF-8',
    AWS_REGION: region,
    AWS_PAGER: '',
  };
}
