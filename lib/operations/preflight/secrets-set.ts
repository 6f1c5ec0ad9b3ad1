import { fail, notApplicable, type PreflightCheck, pass } from './check';

export const secretsSet: PreflightCheck = {
  id: 'secrets-set',
  title: 'every secret its rules carry has a value',
  run: async ({ airlock, agent, live }) => {
    if (agent.secrets.length === 0) return notApplicable('its rules carry no secret');
    if (!live) return notApplicable('only the deployed stack knows: run it with --live');
    const unset: string[] = [];
    for (const { id, parameter } of agent.secrets) {
      if (!(await live.isSet(parameter))) unset.push(id);
    }
    return unset.length === 0
      ? pass(`all ${agent.secrets.length} are set`)
      : fail(
          `${unset.join(', ')} ${unset.length === 1 ? 'is' : 'are'} not set, so the rules that carry it refuse`,
          `run \`npx airlock secrets put ${agent.name} ${unset[0]}\` (stack ${airlock.name})`,
        );
  },
};
