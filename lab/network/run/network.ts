import { command } from '../../host/command';
import { labFile } from '../../host/files';
import { LineProgram } from '../../host/line-program';
import { PREFIX } from '../../host/lock';
import type { Tools } from '../../host/requirements';
import type { Layout } from '../plan/namespaces';
import { setupScript } from '../plan/setup-script';

/** A network that runs, with a prober in most namespaces. */
export interface RunningNetwork {
  readonly probers: ReadonlyMap<string, LineProgram>;
  /** The whole name of one of its namespaces. */
  readonly full: (namespace: string) => string;
  /** Runs a command inside one of its namespaces. */
  readonly run: (namespace: string, command: readonly string[]) => Promise<string>;
  readonly takeDown: () => Promise<void>;
}

/**
 * Builds a layout. Each link is made between two namespaces of the lab, never in the namespace of this machine.
 *
 * @param series tells the networks of one run apart
 */
export async function buildNetwork(layout: Layout, series: string, tools: Tools): Promise<RunningNetwork> {
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
