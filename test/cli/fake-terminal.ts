import { LAB_COMMANDS } from '../../lab/commands';
import { run } from '../../lib/cli/program';
import type { Services } from '../../lib/cli/services';
import type { Terminal } from '../../lib/cli/terminal';

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nobody looks at it, and nothing is piped in. */
export function terminal(overrides: Partial<Terminal> = {}): Terminal {
  return {
    stdout: () => {},
    stderr: () => {},
    stdin: async () => undefined,
    env: {},
    cwd: process.cwd(),
    node: process.execPath,
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    now: () => new Date('2026-01-02T03:04:05Z'),
    ...overrides,
  };
}

/** Runs a command in this process against a terminal that only remembers. */
export async function airlock(
  argv: readonly string[],
  overrides: Partial<Terminal> = {},
  services?: Services,
): Promise<Ran> {
  const said = { stdout: '', stderr: '' };
  const stdout = (text: string) => {
    said.stdout += text;
  };
  const stderr = (text: string) => {
    said.stderr += text;
  };
  const exitCode = await run(argv, terminal({ stdout, stderr, ...overrides }), LAB_COMMANDS, services);
  return { exitCode, ...said };
}
