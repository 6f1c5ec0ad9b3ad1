import type { Agent, Airlock } from '../config/model';
import { addressOf, allows } from './needs';

/** Why an agent's host would get no packages, security updates included; undefined when it gets them. */
export function lacksUpdates(
  airlock: Airlock,
  agent: Agent,
): { readonly message: string; readonly fix: string } | undefined {
  const mirror = addressOf(airlock, 'apt');
  if (!mirror) {
    return {
      message: 'gets no updates for its host: mirrors.apt is not set',
      fix: 'write mirrors: { apt: https://… } into airlock.yaml or the props of AirlockEnvironment, and add "- preset: debian-updates" to egress',
    };
  }
  const { host, path } = mirror;
  // An index and a package of the main archive, and of the security archive beside it.
  const shut = ['/dists/*', '/pool/*', '-security/dists/*', '-security/pool/*'].find(
    (place) => !allows(agent, 'GET', host, path + place),
  );
  return shut === undefined
    ? undefined
    : {
        message: `gets no updates for its host: no rule allows GET https://${host}${path}${shut}`,
        fix: 'add to egress: "- preset: debian-updates"',
      };
}
