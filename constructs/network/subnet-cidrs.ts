/** The blocks of one VPC, named for who lives there. */
export interface SubnetCidrs {
  readonly vpc: string;
  readonly agents: string;
  readonly proxies: string;
  readonly egress: string;
  readonly access: string;
}

/**
 * Cuts a VPC's block: a quarter for agent hosts, a quarter for proxy boxes, two small blocks from the third quarter
 * for the way out (NAT gateway or Transit Gateway attachment) and the Instance Connect Endpoint, and a quarter left free. Each block has its place whether
 * its subnet exists or not, so that a change of mode moves nothing.
 *
 * @param cidr an aligned IPv4 block, /16 to /24 (a /24 gives 59 agents; AWS keeps five addresses of each subnet)
 */
export function subnetCidrs(cidr: string): SubnetCidrs {
  const [address, length] = cidr.split('/');
  const base = toNumber(address as string);
  const bits = Number(length);
  const quarter = 2 ** (32 - bits) / 4;
  const small = Math.max(16, quarter / 16);
  const smallBits = 32 - Math.log2(small);
  return {
    vpc: cidr,
    agents: `${toText(base)}/${bits + 2}`,
    proxies: `${toText(base + quarter)}/${bits + 2}`,
    egress: `${toText(base + 2 * quarter)}/${smallBits}`,
    access: `${toText(base + 2 * quarter + small)}/${smallBits}`,
  };
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}
