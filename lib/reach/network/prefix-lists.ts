import { type AddressRange, EVERY_V4, EVERY_V6, parseCidr } from '../../../constructs/address/cidr';
import type { Template } from '../template/template';
import { field, items, textOf, type Value } from '../template/value';

export interface Ranges {
  readonly ranges: readonly AddressRange[];
  /** False: any address is assumed, because the template doesn't say. */
  readonly known: boolean;
}

export const ANYWHERE: Ranges = { ranges: [EVERY_V4, EVERY_V6], known: false };

/** The entries of a prefix list; a list of AWS's or of another stack may hold any address. */
export function prefixListRanges(template: Template, value: Value): Ranges {
  const list = template.referred(value, 'AWS::EC2::PrefixList');
  if (list === undefined) return ANYWHERE;
  const ranges: AddressRange[] = [];
  for (const entry of items(list.get('Entries'))) {
    const range = parseCidr(textOf(field(entry, 'Cidr')) ?? '');
    if (range === undefined) {
      template.assume(list, 'Entries', field(entry, 'Cidr'), 'any address');
      return ANYWHERE;
    }
    ranges.push(range);
  }
  return { ranges, known: true };
}
