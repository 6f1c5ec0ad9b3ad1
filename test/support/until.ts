import { setTimeout as pause } from 'node:timers/promises';

/** Waits until something is so: a busy machine takes its time. @throws when it isn't after five minutes */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 300_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`still not so: ${holds}`);
    await pause(20);
  }
}
