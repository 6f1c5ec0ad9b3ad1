import { formatAddress, parseCidr, prefixLength } from '../address/cidr';

/** The blocks of one VPC, named for what is in them. */
export interface SubnetCidrs {
  readonly vpc: string;
  readonly agents: string;
  readonly proxies: string;
  readonly egress: string;
  readonly access: string;
  /** The blocks of agents and proxies, which are neighbours, as one. */
  readonly machines: string;
}

/**
 * Divides a VPC's block: a quarter for agent hosts, a quarter for proxy boxes, two small blocks of the third quarter for
 * a Transit Gateway attachment and for the Instance Connect Endpoint. The last quarter is free.
 * A block keeps its place when its subnet doesn't exist, so a change of mode moves no other subnet.
 *
 * @param cidr an aligned IPv4 block, /16 to /24 (a /24 gives 59 agents; AWS keeps five addresses of each subnet)
 */
export function subnetCidrs(cidr: string): SubnetCidrs {
  const vpc = parseCidr(cidr);
  if (vpc?.family !== 4)
    throw new Error(`network cidr: "${cidr}" is not an IPv4 block: write one such as 10.64.0.0/20`);
  const bits = prefixLength(vpc);
  const quarter = 2 ** (32 - bits) / 4;
  const small = Math.max(16, quarter / 16);
  const smallBits = 32 - Math.log2(small);
  const at = (offset: number) => formatAddress(4, vpc.addresses[0] + BigInt(offset));
  return {
    vpc: cidr,
    agents: `${at(0)}/${bits + 2}`,
    proxies: `${at(quarter)}/${bits + 2}`,
    egress: `${at(2 * quarter)}/${smallBits}`,
    access: `${at(2 * quarter + small)}/${smallBits}`,
    machines: `${at(0)}/${bits + 1}`,
  };
}
