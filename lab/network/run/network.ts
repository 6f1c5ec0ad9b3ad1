import { spawn } from 'node:child_process';
import { labFile } from '../../host/files';
import { LineProgram } from '../../host/line-program';
import { LOCK, PREFIX } from '../../host/lock';
import { ENVIRONMENT, type Tools } from '../../host/requirements';
import type { Layout } from '../plan/namespaces';
import { setupScript } from '../plan/setup-script';

/** A network that stands: one prober for each namespace that has one. */
export interface Standing {
  readonly probers: ReadonlyMap<string, LineProgram>;
  /** The whole name of one of its namespaces. */
  readonly full: (namespace: string) => string;
  /** Runs a command inside one of its namespaces. */
  readonly run: (namespace: string, command: readonly string[]) => Promise<string>;
  readonly takeDown: () => Promise<void>;
}

/**
 * Builds a layout. Links are made inside the router's namespace with their other end in another: none is ever in this
 * machine's own.
 * @param series tells the networks of one run apart
 */
export async function build(layout: Layout, series: string, tools: Tools): Promise<Standing> {
  const full = (name: string) => `${PREFIX}${series}-${name}`;
  const program = labFile('network', 'programs', 'prober.py');
  const probers = new Map<string, LineProgram>();
  const names = layout.namespaces.map(({ name }) => full(name));
  const takeDown = async () => {
    await Promise.all([...probers.values()].map((prober) => prober.close()));
    await command(
      'ip',
      ['-force', '-batch', '-'],
      names.map((name) => `netns delete ${name}`).join('\n'),
    ).catch(() => undefined);
  };
  try {
    await command('ip', ['-batch', '-'], names.map((name) => `netns add ${name}`).join('\n'));
    for (const at of new Set(layout.links.map((link) => link.at))) {
      const lines = layout.links
        .filter((link) => link.at === at)
        .map(({ name, to }) => `link add ${name} type veth peer name eth0 netns ${full(to)}`);
      await command('ip', ['-n', full(at), '-batch', '-'], lines.join('\n'));
    }
    await Promise.all(
      layout.namespaces.map(async (namespace) => {
        const setup = setupScript(namespace);
        const { name, role } = namespace;
        if (role === undefined) await command('ip', ['netns', 'exec', full(name), 'sh', '-c', setup]);
        else {
          const words = ['sh', '-c', `${setup}\nexec "$0" -I "$1"`, tools.python, program];
          probers.set(name, (await LineProgram.start(full(name), words, role)).program);
        }
      }),
    );
  } catch (error) {
    await takeDown();
    throw error;
  }
  return {
    probers,
    takeDown,
    full,
    run: (namespace, words) => command('ip', ['netns', 'exec', full(namespace), ...words]),
  };
}

/**
 * A process of its own session that waits for this one to end, and then takes away every namespace of the lab: it
 * survives an interrupt, and outlives kill -9.
 * @param scratch a directory of files that goes, too
 */
export function janitor(run: string, scratch = ''): { readonly done: () => Promise<void> } {
  const child = spawn(
    'sh',
    [labFile('network', 'programs', 'teardown.sh'), `${PREFIX}${run}-`, LOCK, run, scratch],
    {
      detached: true,
      env: ENVIRONMENT,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve());
    child.on('error', () => resolve());
  });
  return {
    done: () => {
      child.stdin?.end();
      return ended;
    },
  };
}

/** @throws an error with the tool's own words */
export function command(program: string, words: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { env: ENVIRONMENT, stdio: 'pipe', timeout: 30_000 });
    let [out, errors] = ['', ''];
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors = (errors + chunk).slice(0, 2_000);
    });
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(out);
      else
        reject(
          new Error(`${program} ${words.slice(0, 3).join(' ')}: ${errors.trim() || `exit code ${code}`}`),
        );
    });
    child.stdin.end(input === '' ? '' : `${input}\n`);
  });
}
