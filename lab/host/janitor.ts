import { spawn } from 'node:child_process';
import { command } from './command';
import { labFile } from './files';
import { LOCK, PREFIX } from './lock';
import { ENVIRONMENT } from './requirements';

/**
 * Starts a process in a session of its own. When this process ends, even by `kill -9`, it removes all namespaces of the
 * run and the lock.
 *
 * @param scratch a directory to remove as well
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

/** Removes the namespaces, and ends the processes in them, of runs that were killed together with their janitor. */
export async function clearLeftovers(): Promise<void> {
  const text = await command('ip', ['netns', 'list']);
  for (const name of text.split('\n').map((line) => line.split(' ')[0] ?? '')) {
    if (!name.startsWith(PREFIX)) continue;
    const pids = await command('ip', ['netns', 'pids', name]).catch(() => '');
    const running = pids.split('\n').filter((pid) => pid !== '');
    if (running.length > 0) await command('kill', ['-9', ...running]).catch(() => undefined);
    // The janitor of that run may remove it at the same time.
    await command('ip', ['netns', 'delete', name]).catch(() => undefined);
  }
}
