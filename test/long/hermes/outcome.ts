import type { Host } from './host';

/** The installation fails with a reason and leaves nothing to start. */
export async function refused(host: Host, reason: RegExp): Promise<void> {
  const { status, output } = await host.start();
  expect(output).toMatch(reason);
  expect(output).toMatch(/hermes-[\w.-]+ is not installed, the agent stays off: trying again in 15 s/);
  expect(status).not.toBe(0);
  expect(host.isInstalled).toBe(false);
  expect(host.versions).toEqual(['new']);
}

/** The output of a complete installation. */
export const INSTALLED = {
  status: 0,
  output: expect.stringMatching(/^Installed Python \S+ in .*\n \+ cpython-.*\n$/),
};
