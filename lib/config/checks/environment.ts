import { parseCidr, prefixLength } from '../../../constructs/address/cidr';
import type { Problem } from '../model';
import type { Parsed, ParsedAirlock } from '../parsed';
import { lacksInstanceType, missingTypes, REGIONS } from '../regions/regions';
import { isWritten, problemAt } from '../source/source';
import { checkZone } from '../values/region';

/** AWS reserves five addresses in every subnet. */
const RESERVED_ADDRESSES = 5;

export function environment({ airlock, agents }: Parsed): Problem[] {
  return airlock
    ? [...zone(airlock), ...types(airlock), ...instanceTypes(airlock, agents), ...room(airlock, agents)]
    : [];
}

function zone({ source, settings }: ParsedAirlock): Problem[] {
  const place = { source, path: ['env', 'zone'] };
  const { region, zone } = settings.env ?? {};
  if (zone === undefined) return [];
  if (!isWritten({ source, path: ['env', 'region'] })) {
    const message = 'is named without a region';
    return [problemAt(place, { message, fix: 'add env.region, or remove the zone' })];
  }
  const finding = region === undefined ? undefined : checkZone(zone, region);
  return finding ? [problemAt(place, finding)] : [];
}

/** DEP-1: CloudFormation refuses a template with a resource type that the region lacks. */
function types({ source, settings: { env, network, access } }: ParsedAirlock): Problem[] {
  if (env?.region === undefined) return [];
  const modes = [`network.dns: ${network?.dns}`, `network.egress: ${network?.egress}`, `access: ${access}`];
  return missingTypes(env.region, modes).map(({ type, setting }) =>
    problemAt(
      { source, path: ['env', 'region'] },
      {
        message: `lacks the resource type ${type}, which ${setting ?? 'every stack'} needs (${REGIONS.source})`,
        fix: setting ? `choose another region, or another value than "${setting}"` : 'choose another region',
      },
    ),
  );
}

/** DEP-1: not every region has every arm64 family. */
function instanceTypes({ settings }: ParsedAirlock, agents: Parsed['agents']): Problem[] {
  const region = settings.env?.region;
  if (region === undefined) return [];
  return agents.flatMap(({ source, settings: { host, proxy } }) =>
    Object.entries({ host, proxy }).flatMap(([machine, { instanceType } = {}]) =>
      instanceType !== undefined && lacksInstanceType(region, instanceType)
        ? [
            problemAt(
              { source, path: [machine, 'instanceType'] },
              {
                message: `is not in ${region}, whose arm64 families are ${REGIONS.arm64[region]} (${REGIONS.source})`,
                fix: 'choose a type of one of them, or another region',
              },
            ),
          ]
        : [],
    ),
  );
}

/** The block is cut into four subnets; each agent takes one address in two of them. */
function room({ source, settings }: ParsedAirlock, agents: Parsed['agents']): Problem[] {
  const cidr = settings.network?.cidr === undefined ? undefined : parseCidr(settings.network.cidr);
  const most = cidr ? 2 ** (32 - prefixLength(cidr) - 2) - RESERVED_ADDRESSES : agents.length;
  if (agents.length <= most) return [];
  const message = `has room for ${most} agents, and there are ${agents.length}`;
  return [problemAt({ source, path: ['network', 'cidr'] }, { message, fix: 'choose a larger block' })];
}
