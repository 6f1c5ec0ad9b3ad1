import type { Airlock, PinnedZone } from '../config/model';
import { checkZone } from '../config/values/region';
import type { Aws } from './aws';
import { type DeployedMachine, ImageFailure } from './find-images';

export interface ZonePlan {
  /** For the lock file: one line for each region. */
  readonly zones: readonly PinnedZone[];
  /** The line that is new. @default the region had its line */
  readonly zone?: PinnedZone & { readonly from: 'running' | 'configured' | 'offered' };
  /** The zone that the machines are in, when the region's line names another. */
  readonly zoneDrift?: { readonly line: PinnedZone; readonly running: string };
}

/**
 * The zone of a stack: where its machines are, else what the configuration says, else one that offers every instance type
 * of it. A line that is there is never changed: volumes don't move between zones.
 */
export async function planZone(
  aws: Aws,
  airlock: Airlock,
  machines: readonly DeployedMachine[],
  lines: readonly PinnedZone[],
): Promise<ZonePlan> {
  const { region } = aws;
  const running = runningZone(machines);
  const line = lines.find((each) => each.region === region);
  if (line) {
    return { zones: lines, ...(running && running !== line.zone && { zoneDrift: { line, running } }) };
  }
  const configured = airlock.env.region === region ? airlock.env.zone : undefined;
  const zone = running ?? configured ?? (await offeringZone(aws, airlock));
  const from = running ? 'running' : configured ? 'configured' : 'offered';
  const zones = [...lines, { region, zone }].sort((a, b) => (a.region < b.region ? -1 : 1));
  return { zones, zone: { region, zone, from } };
}

function runningZone(machines: readonly DeployedMachine[]): string | undefined {
  const [first, ...others] = [...new Set(machines.flatMap(({ zone }) => zone ?? []))];
  if (others.length === 0) return first;
  throw new ImageFailure(
    'ambiguous',
    `its machines are in ${[first, ...others].join(' and ')}`,
    'terminate those that do not belong to the stack, or take their airlock: tags off',
  );
}

async function offeringZone(aws: Aws, airlock: Airlock): Promise<string> {
  const { region } = aws;
  const types = [
    ...new Set(airlock.agents.flatMap(({ host, proxy }) => [host.instanceType, proxy.instanceType])),
  ];
  const offered = new Map<string, Set<string>>();
  const offerings = await aws.list(
    'ec2:DescribeInstanceTypeOfferings',
    { LocationType: 'availability-zone', Filters: [{ Name: 'instance-type', Values: types }] },
    (page) => page.InstanceTypeOfferings,
  );
  for (const { Location = '', InstanceType = '' } of offerings) {
    offered.set(Location, (offered.get(Location) ?? new Set()).add(InstanceType));
  }
  const [zone] = [...offered.keys()]
    .filter((name) => !checkZone(name, region) && types.every((type) => offered.get(name)?.has(type)))
    .sort();
  if (zone) return zone;
  throw new ImageFailure(
    'no-zone',
    `no zone of ${region} offers all of ${types.join(', ')}`,
    'choose other instance types or another Region',
  );
}
