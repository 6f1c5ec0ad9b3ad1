import { LAB_COMMANDS } from '../../lab/commands';
import { run } from '../../lib/cli/program';
import type { Services } from '../../lib/cli/services';
import type { Terminal } from '../../lib/cli/terminal';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command in this process against a terminal that only remembers. */
export async function airlock(
  argv: readonly string[],
  overrides: Partial<Terminal> = {},
  services?: Services,
): Promise<Ran> {
  let stdout = '';
  let stderr = '';
  const exitCode = await run(
    argv,
    {
      stdout: (text) => {
        stdout += text;
      },
      stderr: (text) => {
        stderr += text;
      },
      stdin: async () => undefined,
      env: {},
      cwd: process.cwd(),
      node: process.execPath,
      stdoutIsTerminal: false,
      stderrIsTerminal: false,
      now: () => new Date('2026-01-02T03:04:05Z'),
      ...overrides,
    },
    LAB_COMMANDS,
    services,
  );
  return { exitCode, stdout, stderr };
}
