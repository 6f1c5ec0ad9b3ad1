import { EVERY_V4 } from '../../../constructs/address/cidr';
import type { Range } from '../../../constructs/address/range';
import { PROTOCOLS } from '../address/protocol';
import type { Machine, Network } from '../network/model';
import type { Control, Party } from '../report';
import type { Flow } from './piece';

/**
 * AWS services on the link of every machine: the VPC resolver (VPC base plus two and 169.254.169.253), instance
 * metadata (169.254.169.254) and Amazon Time Sync (169.254.169.123). Security groups, network ACLs and routes filter
 * none of them (VPC user guide, "Security").
 */
export function linkFlows(network: Network, machine: Machine): Flow[] {
  const flows: Flow[] = [];
  const add = (party: Party, protocol: number, port: number, control: Control) => {
    const protocols: Range<number> = [protocol, protocol];
    const box = { ...EVERY_V4, protocols, ports: [port, port] as const };
    flows.push({
      box,
      named: EVERY_V4,
      controls: [control],
      machine: machine.id,
      direction: 'outbound',
      party,
    });
  };
  for (const vpc of new Set(machine.interfaces.map((each) => each.subnet.vpc))) {
    const resolver = network.resolvers.get(vpc);
    if (resolver === undefined || resolver.state === 'off') continue;
    const control: Control = { kind: 'dns-firewall', id: vpc.id, rule: resolver.why };
    for (const protocol of [PROTOCOLS.udp, PROTOCOLS.tcp]) {
      add({ kind: 'vpc-resolver', cidr: '169.254.169.253/32' }, protocol, 53, control);
    }
  }
  const { endpoint, tokensRequired, hopLimit } = machine.metadata;
  if (endpoint) {
    const tokens = tokensRequired ? 'IMDSv2 only' : 'IMDSv1 answers';
    const rule = `${tokens}, hop limit ${hopLimit ?? 'left to the image'}`;
    add({ kind: 'imds', cidr: '169.254.169.254/32' }, PROTOCOLS.tcp, 80, {
      kind: 'metadata-options',
      id: machine.id,
      rule,
    });
  }
  const unfiltered: Control = { kind: 'address', id: machine.id, rule: 'on every link, never filtered' };
  add({ kind: 'time-sync', cidr: '169.254.169.123/32' }, PROTOCOLS.udp, 123, unfiltered);
  return flows;
}
