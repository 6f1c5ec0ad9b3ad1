import { spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

export interface Check {
  readonly id: string;
  readonly result: 'pass' | 'fail' | 'gap' | 'not applicable';
  readonly reason: string;
  readonly fix?: string;
}

export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command. */
export class AirlockCommand {
  /** @param home a directory without an AWS profile */
  constructor(
    private readonly endpoint: string,
    private readonly config: string,
    private readonly template: string,
    private readonly home: string,
  ) {}

  /** The same command against another endpoint. */
  at(endpoint: string): AirlockCommand {
    return new AirlockCommand(endpoint, this.config, this.template, this.home);
  }

  /** @param env an undefined variable is removed */
  preflight(agent: string, words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
    return this.run(['preflight', agent, '--live', '--template', this.template, ...words], env);
  }

  /** The checks by id. @throws when there are none */
  async checks(agent: string, env: NodeJS.ProcessEnv = {}): Promise<Readonly<Record<string, Check>>> {
    const { stdout, stderr } = await this.preflight(agent, ['--json'], env);
    const checks: Check[] | undefined = JSON.parse(stdout).checks;
    if (!checks || stderr !== '') throw new Error(`${stdout}${stderr}`);
    return Object.fromEntries(checks.map((check) => [check.id, check]));
  }

  run(words: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Ran> {
    const program = [join(ROOT, 'dist', 'bin', 'airlock.js'), ...words, '--config', this.config];
    const child = spawn(process.execPath, program, {
      cwd: this.home,
      env: {
        PATH: process.env.PATH,
        HOME: this.home,
        AWS_ENDPOINT_URL: this.endpoint,
        AWS_ACCESS_KEY_ID: 'placeholder',
        AWS_SECRET_ACCESS_KEY: 'not-a-real-key',
        AWS_EC2_METADATA_DISABLED: 'true',
        // Without the SDK's warning about Node 20.
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
        ...env,
      },
    });
    child.stdin.end(input);
    return new Promise((resolve, reject) => {
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (text) => (stdout += text));
      child.stderr.on('data', (text) => (stderr += text));
      child.once('error', reject);
      child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    });
  }
}
