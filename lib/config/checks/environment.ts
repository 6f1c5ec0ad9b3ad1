import type { Draft } from '../draft/draft';
import type { Problem } from '../model';
import { lacksInstanceType, missingTypes, REGIONS } from '../regions/regions';
import { airlockSchema } from '../schema/airlock-schema';
import { problemAt, valueAt } from '../source/source';
import { parseCidr } from '../values/ipv4';
import { checkZone } from '../values/region';

/** AWS keeps five addresses of every subnet. */
const RESERVED_ADDRESSES = 5;

export function environment(draft: Draft): Problem[] {
  return draft.source === undefined
    ? []
    : [...zone(draft), ...types(draft), ...instanceTypes(draft), ...room(draft)];
}

function zone({ source, region }: Draft): Problem[] {
  const path = ['env', 'zone'];
  const value = valueAt(source?.value, path);
  if (!source || typeof value !== 'string') {
    return [];
  }
  const hasRegion = valueAt(source.value, ['env', 'region']) !== undefined;
  if (!hasRegion) {
    const message = 'is named without a region';
    return [problemAt({ source, path }, { message, fix: 'add env.region, or remove the zone' })];
  }
  const finding = region === undefined ? undefined : checkZone(value, region);
  return finding ? [problemAt({ source, path }, finding)] : [];
}

/** DEP-1: CloudFormation would refuse the whole template for one type that it doesn't have. */
function types({ source, region }: Draft): Problem[] {
  if (!source || region === undefined) {
    return [];
  }
  const { network, access } = airlockSchema.shape;
  const modes = [
    ['network.dns', network.shape.dns] as const,
    ['network.egress', network.shape.egress] as const,
    ['access', access] as const,
  ].map(([path, schema]) => [path, schema.safeParse(valueAt(source.value, path.split('.'))).data]);
  return missingTypes(
    region,
    modes.map(([path, mode]) => `${path}: ${mode}`),
  ).map(({ type, setting }) =>
    problemAt(
      { source, path: ['env', 'region'] },
      {
        message: `lacks the resource type ${type}, which ${setting ?? 'every stack'} needs (${REGIONS.source})`,
        fix: setting ? `choose another region, or another value than "${setting}"` : 'choose another region',
      },
    ),
  );
}

/** DEP-1: an arm64 family arrives in one region after the other. */
function instanceTypes({ region, agents }: Draft): Problem[] {
  return region === undefined
    ? []
    : agents.flatMap(({ source }) =>
        ['host', 'proxy'].flatMap((machine) => {
          const path = [machine, 'instanceType'];
          const type = valueAt(source.value, path);
          return typeof type === 'string' && lacksInstanceType(region, type)
            ? [
                problemAt(
                  { source, path },
                  {
                    message: `is not in ${region}, whose arm64 families are ${REGIONS.regions[region]?.arm64} (${REGIONS.source})`,
                    fix: 'choose a type of one of them, or another region',
                  },
                ),
              ]
            : [];
        }),
      );
}

/** Each agent takes an address in two of the four subnets that the block is cut into. */
function room({ source, agents }: Draft): Problem[] {
  const path = ['network', 'cidr'];
  const text = valueAt(source?.value, path);
  const cidr = typeof text === 'string' ? parseCidr(text) : undefined;
  if (!source || !cidr || cidr.prefix > 24) {
    return [];
  }
  const most = 2 ** (32 - cidr.prefix - 2) - RESERVED_ADDRESSES;
  return agents.length <= most
    ? []
    : [
        problemAt(
          { source, path },
          {
            message: `has room for ${most} agents, and there are ${agents.length}`,
            fix: 'choose a larger block',
          },
        ),
      ];
}
