import type { Host } from './host';

/** Fails, says why, and leaves nothing that could be started. */
export async function refused(host: Host, reason: RegExp): Promise<void> {
  const { status, output } = await host.start();
  expect(output).toMatch(reason);
  expect(output).toMatch(/hermes-[\w.-]+ is not installed, the agent stays off: trying again in 15 s/);
  expect(status).not.toBe(0);
  expect(host.isInstalled).toBe(false);
  expect(host.versions).toEqual(['new']);
}

/** All that a whole installation says. */
export const INSTALLED = {
  status: 0,
  output: expect.stringMatching(/^Installed Python \S+ in .*\n \+ cpython-.*\n$/),
};
