import { overlap, parseCidr } from '../../constructs/address/cidr';
import type { Airlock } from './model';

/** One of several configurations that one app deploys. */
export interface Beside {
  readonly directory: string;
  readonly airlock: Airlock;
}

/** The conflicts between configurations that are each valid by themselves. */
export function together(all: readonly Beside[]): string[] {
  return all.flatMap((one, index) => all.slice(index + 1).flatMap((other) => [...clash(other, one)]));
}

function* clash(one: Beside, other: Beside): Iterable<string> {
  const file = `${one.directory}/airlock.yaml`;
  const [{ network, name }, beside] = [one.airlock, other.airlock];
  if (name === beside.name) {
    yield `${file} name: "${name}" is the stack of ${other.directory}, too: give each a name of its own`;
  }
  if (network.vpc !== undefined && network.vpc === beside.network.vpc) {
    yield `${file} network.vpc: "${network.vpc}" is the VPC of ${other.directory}, too: a VPC holds one stack, for its DNS firewall and DHCP options are the whole VPC's`;
  }
  if (network.transitGateway === undefined || network.transitGateway !== beside.network.transitGateway)
    return;
  const blocks = [network.cidr, beside.network.cidr].map((cidr) => parseCidr(cidr));
  if (blocks[0] && blocks[1] && overlap(blocks[0], blocks[1])) {
    yield `${file} network.cidr: "${network.cidr}" overlaps "${beside.network.cidr}" of ${other.directory}, and both are attached to ${network.transitGateway}: choose a block of its own`;
  }
}
