/** What matters of an existing VPC, as EC2 describes it. */
export interface VpcState {
  readonly owner: string;
  readonly isDefault: boolean;
  /** Associated IPv4 blocks, the first one first. */
  readonly blocks: readonly string[];
  readonly hasIpv6: boolean;
  readonly dnsSupport: boolean;
  /** The DHCP options that machines get: AWS's own, the stack's own, or the id of others. */
  readonly dhcpOptions: 'default' | 'own' | string;
  /** Ids of what is in it or attached to it and isn't the stack's. */
  readonly foreign: readonly { readonly what: string; readonly id: string }[];
}

export interface WantedVpc {
  readonly account: string;
  readonly cidr: string;
  readonly dnsSupport: boolean;
}

/** Ids named of one kind; a VPC that others use may hold hundreds. */
const MOST_IDS = 3;

/**
 * Why a stack must not move into a VPC; nothing when it is empty. The DNS firewall and the DHCP options are the whole
 * VPC's: whoever else is in it would lose names, or be a neighbour that no proof of the stack knows of.
 *
 * Rule groups of another DNS firewall need no look: the stack's stands at the lowest number there is, before them.
 */
export function faultsOf(state: VpcState, wanted: WantedVpc): string[] {
  const faults: string[] = [];
  if (state.owner !== wanted.account)
    faults.push(`it belongs to the account ${state.owner}: a shared VPC has others in it`);
  if (state.isDefault) faults.push('it is the default VPC of the region, into which anybody starts machines');
  if (state.blocks.length !== 1 || state.blocks[0] !== wanted.cidr) {
    faults.push(`its IPv4 blocks are ${state.blocks.join(', ')}, and network.cidr says ${wanted.cidr} alone`);
  }
  if (state.hasIpv6) faults.push('it has an IPv6 block, for which the stack has no network ACL');
  if (state.dnsSupport !== wanted.dnsSupport) {
    const [is, needed] = state.dnsSupport ? ['on', 'off'] : ['off', 'on'];
    faults.push(`its attribute enableDnsSupport is ${is}, and network.dns needs it ${needed}`);
  }
  if (!['default', 'own'].includes(state.dhcpOptions)) {
    faults.push(`its DHCP options are ${state.dhcpOptions}, and the stack would replace them`);
  }
  for (const what of new Set(state.foreign.map((each) => each.what))) {
    const ids = state.foreign.filter((each) => each.what === what).map(({ id }) => id);
    const more = ids.length > MOST_IDS ? ` and ${ids.length - MOST_IDS} more` : '';
    faults.push(`it has ${what} that isn't the stack's: ${ids.slice(0, MOST_IDS).join(', ')}${more}`);
  }
  return faults;
}
