import type { Draft } from '../draft/draft';
import type { Problem } from '../model';
import { problemAt, valueAt } from '../source/source';
import { parseCidr } from '../values/ipv4';
import { checkZone } from '../values/region';

/** AWS keeps five addresses of every subnet. */
const RESERVED_ADDRESSES = 5;

export function environment(draft: Draft): Problem[] {
  return draft.source === undefined ? [] : [...zone(draft), ...room(draft)];
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
