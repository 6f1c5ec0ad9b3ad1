import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { platform, userInfo } from 'node:os';

/** What the lab runs on, for its report. */
export interface Tools {
  readonly python: string;
  readonly versions: Readonly<Record<string, string>>;
}

export type ToolsResult =
  | { readonly ok: true; readonly tools: Tools }
  | { readonly ok: false; readonly message: string };

/** Programs and the Debian packages that have them. */
const PROGRAMS = { ip: 'iproute2', nft: 'nftables', python3: 'python3' } as const;
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Child programs get nothing of the caller's environment. */
export const ENVIRONMENT = { PATH, LC_ALL: 'C' };

/** What is asked of a machine before anything is tried on it. */
export interface Machine {
  readonly platform: string;
  readonly uid: number;
  readonly exists: (path: string) => boolean;
}

const THIS: Machine = { platform: platform(), uid: userInfo().uid, exists: existsSync };
const DIRECTORIES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/bin', '/usr/local/sbin'];

/** Whether this machine can carry a lab; one message names everything that is missing, with the command for it. */
export function findTools(node: string, machine: Machine = THIS): ToolsResult {
  const find = (program: string) =>
    DIRECTORIES.map((directory) => `${directory}/${program}`).find(machine.exists);
  if (machine.platform !== 'linux') {
    return {
      ok: false,
      message: `the lab needs Linux (network namespaces), and this is ${machine.platform}: run it in a Linux machine`,
    };
  }
  if (machine.uid !== 0) {
    return {
      ok: false,
      message: "the lab needs root to make network namespaces: run 'sudo npx airlock lab'",
    };
  }
  const missing = Object.entries(PROGRAMS).filter(([program]) => find(program) === undefined);
  if (missing.length > 0) {
    const programs = missing.map(([program]) => program).join(', ');
    const packages = missing.map(([, name]) => name).join(' ');
    return { ok: false, message: `${programs} not found: run 'apt-get install ${packages}'` };
  }
  const problem = kernelProblem();
  if (problem !== undefined) return { ok: false, message: problem };
  return {
    ok: true,
    tools: {
      python: find('python3') as string,
      versions: {
        kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
        nftables: first('nft', '--version'),
        iproute2: first('ip', '-V'),
        python: first(find('python3') as string, '--version'),
        node: first(node, '--version'),
      },
    },
  };
}

/** Some containers have root without the right to make namespaces. */
function kernelProblem(): string | undefined {
  try {
    execFileSync('unshare', ['--net', 'nft', 'add', 'table', 'inet', 'lab'], {
      env: ENVIRONMENT,
      stdio: 'pipe',
      timeout: 10_000,
    });
    return undefined;
  } catch (error) {
    const words = String((error as { stderr?: Buffer }).stderr ?? '')
      .trim()
      .split('\n')[0]
      ?.slice(0, 160);
    return `this machine lets nobody make a network namespace with nftables in it (${words || 'unknown error'}): run the lab with CAP_NET_ADMIN and CAP_SYS_ADMIN`;
  }
}

function first(program: string, option: string): string {
  try {
    return (
      execFileSync(program, [option], { env: ENVIRONMENT, encoding: 'utf8', timeout: 10_000 })
        .split('\n')[0]
        ?.trim() ?? ''
    );
  } catch {
    return 'unknown';
  }
}
