import { DescribeInstanceTypeOfferingsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { TAG_STACK, ZONE_TYPE } from '../../../names';
import type { CustomResource } from '../../function/custom-resource';
import { record, text, unacceptable } from '../../function/properties';
import { Refusal } from '../../function/refusal';
import { ask, machinesTagged } from './ask';

export interface ZoneProperties {
  readonly Stack: string;
  readonly Region: string;
  /** What the zone must offer when it is chosen. */
  readonly InstanceTypes: readonly string[];
}

/**
 * The availability zone of a stack that nobody pinned: chosen when the stack is created, and the same afterwards, whatever
 * its properties say later. The physical id stores it. A stack whose pin is removed stays where its machines are.
 */
export const zone: CustomResource<ZoneProperties> = {
  type: ZONE_TYPE,
  read(from) {
    const properties = record(from);
    const { InstanceTypes } = properties;
    const isList =
      Array.isArray(InstanceTypes) && InstanceTypes.every((type) => /^[a-z0-9.-]{4,40}$/.test(type));
    if (!isList) throw unacceptable('InstanceTypes', 'a list of instance types');
    return {
      Stack: text(properties, 'Stack', /^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'a stack name'),
      Region: text(properties, 'Region', /^[a-z0-9-]{5,30}$/, 'a region'),
      InstanceTypes,
    };
  },
  physicalId: ({ Stack }) => Stack,

  async ensure({ properties, physicalId, signal }, { ec2 }) {
    const { Stack, Region } = properties;
    const isZone = (name: string | undefined): name is string =>
      name !== undefined && name.length === Region.length + 1 && name.startsWith(Region);
    if (isZone(physicalId)) return chosen(physicalId, 'as it was');
    const machines = await machinesTagged(ec2(), TAG_STACK, Stack, signal);
    const found = [...new Set(machines.map(({ Placement }) => Placement?.AvailabilityZone))].filter(isZone);
    if (found.length > 1)
      throw new Refusal(`machines of "${Stack}" are in ${found.join(' and ')}: pin one of them`);
    if (found[0]) return chosen(found[0], 'its machines are there');
    const [first] = (await offering(ec2(), properties, signal)).filter(isZone);
    if (first) return chosen(first, 'it offers every instance type');
    throw new Refusal(
      `no zone of ${Region} offers all of ${properties.InstanceTypes.join(', ')}: choose other instance types`,
    );
  },

  remove: async () => ({ reason: 'nothing was made' }),
};

function chosen(name: string, why: string) {
  return { physicalId: name, data: { Zone: name }, reason: `${name}: ${why}` };
}

/** Zones that offer every type, in the order of their names; local and wavelength zones among them. */
async function offering(
  ec2: Pick<EC2Client, 'send'>,
  { InstanceTypes, Region }: ZoneProperties,
  abortSignal: AbortSignal,
): Promise<string[]> {
  const types = new Map<string, Set<string>>();
  let NextToken: string | undefined;
  do {
    const command: DescribeInstanceTypeOfferingsCommand = new DescribeInstanceTypeOfferingsCommand({
      LocationType: 'availability-zone',
      Filters: [{ Name: 'instance-type', Values: [...InstanceTypes] }],
      NextToken,
    });
    const page = await ask('ec2:DescribeInstanceTypeOfferings', Region, () =>
      ec2.send(command, { abortSignal }),
    );
    for (const { Location = '', InstanceType = '' } of page.InstanceTypeOfferings ?? []) {
      types.set(Location, (types.get(Location) ?? new Set()).add(InstanceType));
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return [...types.keys()]
    .filter((name) => InstanceTypes.every((type) => types.get(name)?.has(type as never)))
    .sort();
}
