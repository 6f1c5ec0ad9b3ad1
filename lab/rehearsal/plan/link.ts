import { prefixLength } from '../../../constructs/address/cidr';
import { items, type Value } from '../../../lib/reach/template/value';
import { LINK_LOCAL, routerAddress } from '../../network/plan/addresses';
import { hardwareAddress } from '../../network/plan/metadata-pages';
import type { Plan, Station } from '../../network/plan/plan';

export const TAP = 'tap0';
const BRIDGE = 'link0';

/**
 * Shell text that puts a virtual machine in the place of a station. It removes the address from the namespace and adds a
 * bridge between the machine and the link to the VPC router, which enforces groups and ACLs at its end. The bridge has the
 * router's address for DHCP alone: it answers no ARP, so nothing else is sent to it.
 */
export function attachScript({ subnet }: Station): string {
  return [
    'set -eu',
    'ip address flush dev eth0',
    `ip link add ${BRIDGE} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `echo 8 >/proc/sys/net/ipv4/conf/${BRIDGE}/arp_ignore`,
    `ip tuntap add dev ${TAP} mode tap`,
    `for link in eth0 ${TAP}; do ip link set "$link" master ${BRIDGE}; done`,
    `for link in ${BRIDGE} ${TAP} eth0; do ip link set "$link" up; done`,
    `ip address add ${routerAddress(subnet.v4)}/${prefixLength(subnet.v4)} dev ${BRIDGE}`,
    // Otherwise this namespace's own rules would translate bridged packets.
    'f=/proc/sys/net/bridge/bridge-nf-call-iptables; [ ! -e "$f" ] || echo 0 >"$f"',
    '',
  ].join('\n');
}

/** dnsmasq's arguments: the link's DHCP, with the template's own options. */
export function dhcpArguments(plan: Plan, { v4, subnet }: Station): string[] {
  const [netmask, gateway] = [`${prefixLength(subnet.v4)}`, routerAddress(subnet.v4)];
  const options = plan.network.template.ofType('AWS::EC2::DHCPOptions')[0];
  const listed = (name: string) =>
    items(options?.get(name) as Value).filter(
      (value): value is string => typeof value === 'string' && /^\d{1,3}(\.\d{1,3}){3}$/.test(value),
    );
  const resolvers = listed('DomainNameServers');
  const clocks = listed('NtpServers');
  return [
    '--keep-in-foreground',
    '--conf-file=/dev/null',
    '--log-facility=-',
    '--pid-file=',
    '--port=0',
    `--interface=${BRIDGE}`,
    '--bind-interfaces',
    '--dhcp-authoritative',
    '--dhcp-broadcast',
    '--leasefile-ro',
    `--dhcp-range=${v4},${v4},${maskOf(Number(netmask))},1h`,
    `--dhcp-host=${hardwareAddress(v4)},${v4}`,
    `--dhcp-option=option:router,${gateway}`,
    `--dhcp-option=option:dns-server,${(resolvers.length > 0 ? resolvers : [LINK_LOCAL.resolver]).join(',')}`,
    ...(clocks.length > 0 ? [`--dhcp-option=option:ntp-server,${clocks.join(',')}`] : []),
  ];
}

function maskOf(length: number): string {
  return [0, 8, 16, 24].map((before) => 256 - 2 ** (8 - Math.min(8, Math.max(0, length - before)))).join('.');
}
