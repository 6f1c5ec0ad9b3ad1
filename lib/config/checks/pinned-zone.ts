import type { Locks } from '../locks';
import type { Problem } from '../model';
import type { ParsedAirlock } from '../parsed';
import { problemAt, type Source } from '../source/source';

/** The zone of a stack can't change: its volumes can't move, and CloudFormation can't create a second set of subnets. */
export function pinnedZone(
  { source, settings }: ParsedAirlock,
  { zones }: Locks,
  lock: Source | undefined,
): Problem[] {
  const { region, zone } = settings.env ?? {};
  const pinned = zones.find((line) => line.region === region)?.zone;
  if (zone === undefined || pinned === undefined || zone === pinned) return [];
  return [
    problemAt(
      { source, path: ['env', 'zone'] },
      {
        message: `is not ${pinned}, where ${lock?.file} says that this stack is, and volumes don't move between zones`,
        fix:
          `write ${pinned} or remove env.zone; to leave the zone, put the agents into a configuration with another name ` +
          'and this zone, each with host.stateFrom set to a snapshot of its state volume; if nothing is deployed yet, ' +
          `remove the line of ${region} from "zones" of that file and run "npx airlock images pin"`,
      },
    ),
  ];
}
