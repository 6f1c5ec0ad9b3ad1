import { fail, notApplicable, type PreflightCheck, pass } from './check';

/** A volume never leaves its zone, so a deployment to another one fails. */
export const zone: PreflightCheck = {
  id: 'zone',
  title: 'it is in the zone that the configuration names',
  run: async ({ airlock, live }) => {
    if (!live) return notApplicable('only the deployed stack knows: run it with --live');
    const zones = [...new Set((await live.machines()).map((machine) => machine.zone))].sort();
    const named = airlock.env.zone;
    if (zones.length === 0) return fail('no machine is deployed for it', 'deploy the stack');
    if (named === undefined) {
      return pass(`its machines are in ${zones.join(' and ')}, and no zone is pinned: they stay there`);
    }
    const [other] = zones.filter((each) => each !== named);
    return other === undefined
      ? pass(`its machines are in ${named}`)
      : fail(
          `its machines are in ${zones.join(' and ')}, and the configuration says ${named}: the next deployment would fail`,
          `write ${other} into env.zone and "zones" of images.lock.json; a zone is left by host.stateFrom, in a stack of another name`,
        );
  },
};
