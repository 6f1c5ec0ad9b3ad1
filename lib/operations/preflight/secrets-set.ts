import { fail, notApplicable, type PreflightCheck, pass } from './check';
import type { LiveSecret } from './live';

const DEPLOY = 'deploy the stack, which makes it, then set it';

export const secretsSet: PreflightCheck = {
  id: 'secrets-set',
  title: 'every secret its rules carry has a value',
  run: async ({ airlock, agent, live }) => {
    if (agent.secrets.length === 0) return notApplicable('its rules carry no secret');
    if (!live) return notApplicable('only the deployed stack knows: run it with --live');
    const found: { readonly id: string; readonly parameter: string; readonly state: LiveSecret }[] = [];
    for (const { id, parameter } of agent.secrets) {
      found.push({ id, parameter, state: await live.secret(parameter) });
    }
    const plain = found.find(({ state }) => state === 'plain');
    if (plain) {
      return fail(
        `${plain.parameter} holds ${plain.id} in plain text`,
        `count it as leaked: replace it at its issuer, delete the parameter, wait half a minute, ${DEPLOY}`,
      );
    }
    const missing = found.find(({ state }) => state === 'missing');
    if (missing) return fail(`${missing.id} has no parameter ${missing.parameter} in ${live.region}`, DEPLOY);
    const old = found.find(({ state }) => state === 'other-key');
    if (old) {
      return fail(
        `${old.parameter} lies under a key that the proxy box can't use, so the rules that carry ${old.id} refuse`,
        `run \`npx airlock secrets carry ${agent.name}\`, or set it anew with \`npx airlock secrets put ${agent.name} ${old.id}\``,
      );
    }
    const unset = found.filter(({ state }) => state === 'unset').map(({ id }) => id);
    return unset.length === 0
      ? pass(`all ${agent.secrets.length} are set`)
      : fail(
          `${unset.join(', ')} ${unset.length === 1 ? 'is' : 'are'} not set, so the rules that carry ${unset.length === 1 ? 'it' : 'them'} refuse`,
          `run \`npx airlock secrets put ${agent.name} ${unset[0]}\` (stack ${airlock.name})`,
        );
  },
};
