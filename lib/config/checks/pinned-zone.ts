import type { ConfigFiles } from '../config-files';
import type { PinnedZone, Problem } from '../model';
import { problemAt, valueAt } from '../source/source';
import { checkZone } from '../values/region';

/** The zone of a stack can't be edited: its volumes don't leave it, and its subnets can't be made beside themselves. */
export function pinnedZone(files: ConfigFiles, zones: readonly PinnedZone[]): Problem[] {
  return [...lines(files, zones), ...edit(files, zones)];
}

function lines({ images: source }: ConfigFiles, zones: readonly PinnedZone[]): Problem[] {
  if (!source) return [];
  return zones.flatMap(({ region, zone }, index) => {
    const finding = checkZone(zone, region);
    if (finding) return [problemAt({ source, path: ['zones', index, 'zone'] }, finding)];
    if (zones.findIndex((line) => line.region === region) === index) return [];
    const message = `pins a zone of ${region} a second time`;
    return [problemAt({ source, path: ['zones', index] }, { message, fix: 'remove one of the two lines' })];
  });
}

function edit({ airlock: source, images }: ConfigFiles, zones: readonly PinnedZone[]): Problem[] {
  const path = ['env', 'zone'];
  const [region, zone] = [['env', 'region'], path].map((each) => valueAt(source?.value, each));
  const pinned = zones.find((line) => line.region === region)?.zone;
  if (!source || typeof zone !== 'string' || pinned === undefined || zone === pinned) return [];
  return [
    problemAt(
      { source, path },
      {
        message: `is not ${pinned}, where ${images?.file} says that this stack is, and volumes don't move between zones`,
        fix:
          `write ${pinned} or remove env.zone; to leave the zone, put the agents into a configuration with another name ` +
          'and this zone, each with host.stateFrom set to a snapshot of its state volume; if nothing is deployed yet, ' +
          `remove the line of ${region} from "zones" of that file and run "npx airlock images pin"`,
      },
    ),
  ];
}
