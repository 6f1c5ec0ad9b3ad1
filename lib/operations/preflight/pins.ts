import { fail, type PreflightCheck, pass } from './check';

export const pins: PreflightCheck = {
  id: 'pins',
  title: 'nothing under it changes by itself',
  run: ({ airlock, agent }) => {
    if (!airlock.ironProxy) {
      return fail(
        'no release of iron-proxy is pinned, so its door stays shut',
        'run `npx airlock software pin`',
      );
    }
    const missing = (['agent-host', 'proxy-box'] as const).filter(
      (machine) => !airlock.images.some((image) => image.agent === agent.name && image.machine === machine),
    );
    if (missing.length === 0 && airlock.env.zone === undefined) {
      return fail('its availability zone is not pinned', 'run `npx airlock images pin`');
    }
    return missing.length === 0
      ? pass(`iron-proxy ${airlock.ironProxy.version}, both images and the zone are pinned`)
      : fail(`the image of its ${missing.join(' and ')} is not pinned`, 'run `npx airlock images pin`');
  },
};
