import { type AddressRange, formatRange } from '../../../constructs/address/cidr';
import type { Interface } from '../network/model';
import type { Party, PartyKind } from '../report';

export function partyOf(each: Interface): Party {
  return { kind: each.kind, id: each.owner };
}

export function blockParty(kind: PartyKind, named: AddressRange, id?: string): Party {
  return { kind, id, cidr: formatRange(named) };
}
