import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { devNull } from 'node:os';
import { join } from 'node:path';

/** What a child program gets; nothing comes from this process besides. */
export interface Surroundings {
  /** Working directory, absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of the Node.js to run it on. */
  readonly node: string;
}

export interface CdkRun {
  readonly exitCode: number;
  /** stdout and stderr in the order they came, without colours. */
  readonly output: string;
}

/** Bytes of output that are kept; a synth prints far less. */
const OUTPUT_LIMIT = 4 * 1024 * 1024;

/** The project's own CDK CLI, else the one beside this kit; undefined when neither is installed. */
export function findCdk(cwd: string, kit: string = __filename): string | undefined {
  for (const from of [join(cwd, 'package.json'), kit]) {
    try {
      const cli = join(createRequire(from).resolve('aws-cdk/package.json'), '..', 'bin', 'cdk');
      if (existsSync(cli)) return cli;
    } catch {
      // not installed there
    }
  }
  return undefined;
}

/** Runs `cdk synth` into `output`, without credentials or a way to find any. */
export function runCdkSynth(
  cli: string,
  config: string,
  output: string,
  from: Surroundings,
): Promise<CdkRun> {
  const args = [cli, 'synth', '-q', '-c', `config=${config}`, '-o', output];
  const child = spawn(from.node, [...args, '--no-lookups', '--no-notices', '--no-color'], {
    cwd: from.cwd,
    env: withoutAccount(from.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve) => {
    let text = '';
    const collect = (chunk: string) => {
      if (text.length < OUTPUT_LIMIT) text += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => resolve({ exitCode: 1, output: `${text}${error.message}\n` }));
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output: text }));
  });
}

/**
 * The environment without whatever names or finds an AWS account, and without switches that would skip a check.
 * The CDK also reads shared files and the instance metadata service, so both are disabled.
 */
export function withoutAccount(env: Surroundings['env']): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !/^(AWS_|CDK_)/iu.test(name));
  return {
    ...Object.fromEntries(kept),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_DISABLE_VERSION_CHECK: 'true',
    NO_COLOR: '1',
    FORCE_COLOR: '0',
  };
}
