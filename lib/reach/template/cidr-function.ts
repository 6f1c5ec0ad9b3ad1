import { formatAddress, parseCidr, prefixLength } from '../../../constructs/address/cidr';
import { integerOf, isList, isUnknown, textOf, Unknown, type Value } from './value';

/** `Fn::Cidr: [block, count, free bits]`; CloudFormation allows counts of 1 to 256. */
export function cidrBlocks(value: Value): Value {
  if (!isList(value)) return isUnknown(value) ? value : new Unknown('Fn::Cidr is malformed');
  const block = parseCidr(textOf(value[0]) ?? '');
  if (block === undefined) return new Unknown('the block that Fn::Cidr divides is known at deployment only');
  const count = integerOf(value[1]) ?? 0;
  const bits = block.family === 4 ? 32 : 128;
  const freeBits = integerOf(value[2]) ?? (block.family === 4 ? 8 : 64);
  const length = bits - freeBits;
  if (count < 1 || count > 256 || length < prefixLength(block) || length > bits) {
    return new Unknown('Fn::Cidr is malformed');
  }
  const size = 1n << BigInt(freeBits);
  if (block.addresses[0] + BigInt(count) * size - 1n > block.addresses[1])
    return new Unknown('Fn::Cidr asks for more blocks than fit');
  return Array.from({ length: count }, (_, index) => {
    return `${formatAddress(block.family, block.addresses[0] + BigInt(index) * size)}/${length}`;
  });
}
