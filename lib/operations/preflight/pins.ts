import { daysOld, OLD_IMAGE_DAYS } from '../../config/image-age';
import { fail, type PreflightCheck, pass } from './check';

export const pins: PreflightCheck = {
  id: 'pins',
  title: 'its images, its zone and its proxy software are pinned',
  run: ({ airlock, agent, now }) => {
    if (!airlock.ironProxy) {
      return fail(
        'no release of iron-proxy is pinned, so its proxy box refuses every request',
        'run `npx airlock software pin --key KEY.asc`',
      );
    }
    const images = airlock.images.filter((image) => image.agent === agent.name);
    const missing = (['agent-host', 'proxy-box'] as const).filter(
      (part) => !images.some(({ machine }) => machine === part),
    );
    if (missing.length > 0)
      return fail(`the image of its ${missing.join(' and ')} is not pinned`, 'run `npx airlock images pin`');
    if (airlock.env.zone === undefined)
      return fail('its availability zone is not pinned', 'run `npx airlock images pin`');
    if (!airlock.amazonLinux)
      return fail(
        'no release of Amazon Linux is pinned, so its proxy box takes no updates',
        'run `npx airlock images pin`',
      );
    const ages = images.map((image) => `${image.machine} ${age(daysOld(image, now))}`).join(', ');
    const pinned = `iron-proxy ${airlock.ironProxy.version}, Amazon Linux ${airlock.amazonLinux.release}, both images and the zone are pinned (${ages})`;
    return images.some((image) => (daysOld(image, now) ?? 0) > OLD_IMAGE_DAYS)
      ? pass(`${pinned}; above ${OLD_IMAGE_DAYS} days an image of a new machine is worth renewing`)
      : pass(pinned);
  },
};

function age(days: number | undefined): string {
  return days === undefined ? 'of unknown age' : `${days} days old`;
}
