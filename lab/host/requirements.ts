import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { platform, userInfo } from 'node:os';

/** What the lab runs on, for its report. */
export interface Tools {
  readonly python: string;
  /** moto's server: Parameter Store and KMS. */
  readonly moto: string;
  readonly dnsmasq: string;
  /** Search path of the programs inside namespaces that need one. */
  readonly path: string;
  readonly versions: Readonly<Record<string, string>>;
}

export type ToolsResult =
  | { readonly ok: true; readonly tools: Tools }
  | { readonly ok: false; readonly message: string };

/** Programs and what installs them: Debian's packages, and one of PyPI's. */
const PROGRAMS = {
  ip: 'iproute2',
  nft: 'nftables',
  python3: 'python3',
} as const;
/** More, where the proxy boxes run. */
const PROXY_PROGRAMS = {
  unshare: 'util-linux',
  setpriv: 'util-linux',
  flock: 'util-linux',
  dnsmasq: 'dnsmasq-base',
  haproxy: 'haproxy',
  git: 'git',
} as const;
export const MOTO = 'moto[server,ssm,kms]==5.2.1';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Child programs get nothing of the caller's environment. */
export const ENVIRONMENT = { PATH, LC_ALL: 'C' };

/** What the requirements look at. */
export interface Machine {
  readonly platform: string;
  readonly uid: number;
  readonly exists: (path: string) => boolean;
}

export const THIS_MACHINE: Machine = { platform: platform(), uid: userInfo().uid, exists: existsSync };
const DIRECTORIES = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/bin', '/usr/local/sbin'];

/**
 * The first file of that name on the caller's search path or where a system keeps its programs.
 *
 * @param path the caller's search path, colons between
 */
export function findProgram(
  name: string,
  path: string,
  exists: Machine['exists'] = existsSync,
): string | undefined {
  const directories = [...path.split(':').filter((each) => each.startsWith('/')), ...DIRECTORIES];
  return directories.map((directory) => `${directory}/${name}`).find((file) => exists(file));
}

/**
 * The tools of attempts are not all on every machine: an attempt without its tools is not applicable.
 *
 * @param needs programs, or paths of files, and the Debian package of each
 * @returns which package is lacking
 */
export function lacking(needs: Readonly<Record<string, string>> = {}): string | undefined {
  const missing = Object.entries(needs).find(([name]) =>
    name.startsWith('/') ? !existsSync(name) : findProgram(name, '') === undefined,
  );
  return missing && `${missing[0]} is not installed: run 'apt-get install ${missing[1]}'`;
}

/** A command that needs more than the lab itself does. */
export interface More {
  readonly what: string;
  readonly programs: Readonly<Record<string, string>>;
}

/** Whether a lab can run on this machine; if not, one message names all that is missing, with the command that installs it. */
export function findTools(
  node: string,
  path: string,
  proxies = true,
  machine: Machine = THIS_MACHINE,
  more: More = { what: 'airlock lab', programs: {} },
): ToolsResult {
  const find = (program: string) => findProgram(program, path, machine.exists);
  if (machine.platform !== 'linux') {
    return {
      ok: false,
      message: `the lab needs Linux (network namespaces), and this is ${machine.platform}: run it in a Linux machine`,
    };
  }
  if (machine.uid !== 0) {
    return {
      ok: false,
      message: `the lab needs root to make network namespaces: run 'sudo npx ${more.what}'`,
    };
  }
  const missing = Object.entries({ ...PROGRAMS, ...(proxies && PROXY_PROGRAMS), ...more.programs }).filter(
    ([program]) => find(program) === undefined,
  );
  const moto = proxies ? find('moto_server') : '';
  if (missing.length > 0 || moto === undefined) {
    const programs = [...missing.map(([program]) => program), ...(moto === undefined ? ['moto_server'] : [])];
    const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
    const commands = [
      ...(packages === '' ? [] : [`'apt-get install ${packages}'`]),
      ...(moto === undefined ? [`'pip install ${MOTO}'`] : []),
    ];
    return { ok: false, message: `${programs.join(', ')} not found: run ${commands.join(' and ')}` };
  }
  const problem = kernelProblem();
  if (problem !== undefined) return { ok: false, message: problem };
  return {
    ok: true,
    tools: {
      python: find('python3') as string,
      moto,
      dnsmasq: find('dnsmasq') ?? '',
      path: `${path}:${PATH}`,
      versions: {
        kernel: readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
        nftables: first('nft', '--version'),
        iproute2: first('ip', '-V'),
        python: first(find('python3') as string, '--version'),
        node: first(node, '--version'),
        ...(proxies && {
          dnsmasq: first(find('dnsmasq') as string, '--version'),
          haproxy: first(find('haproxy') as string, '-v'),
          git: first(find('git') as string, '--version'),
        }),
      },
    },
  };
}

/** In some containers root may not make namespaces. */
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
    return `root may not make a network namespace with nftables on this machine (${words || 'unknown error'}): run the lab with CAP_NET_ADMIN and CAP_SYS_ADMIN`;
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
