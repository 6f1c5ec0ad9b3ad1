import type { Locks } from '../locks';
import type { Problem } from '../model';
import type { ParsedAirlock } from '../parsed';
import { problemAt, type Source } from '../source/source';

/** The zone of a stack can't be edited: its volumes don't leave it, and its subnets can't be made beside themselves. */
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
