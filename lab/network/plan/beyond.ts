import { INTERNET, LINK_LOCAL, PUBLIC_BLOCK } from './addresses';
import { AWS, echoExcept, type Namespace, NET, tableOf } from './namespace';
import type { Plan } from './plan';

/**
 * The internet: documentation addresses, with an echo on every port.
 *
 * @param hosts addresses of web servers on ports 80 and 443, which a resolver names; none: there is only the echo
 */
export function internet(plan: Plan, hosts: readonly string[] = []): Namespace {
  const { namedResolvers, vpcBlocks, v6 } = plan;
  const served = [...new Set(hosts)];
  const own = new Set([
    INTERNET.router,
    INTERNET.attacker,
    ...INTERNET.others,
    ...INTERNET.tools,
    INTERNET.otherResolver,
    ...(served.length > 0 ? [INTERNET.publicResolver, ...served] : []),
  ]);
  return {
    name: NET,
    addresses: [
      'link set lo up',
      ...[...own].map((address) => `address add ${address}/32 dev eth0`),
      'link set eth0 up',
      `route add ${INTERNET.gateway}/32 dev eth0`,
      // A hostile internet tries the VPC's private block: a gateway must carry public addresses only.
      ...[PUBLIC_BLOCK, ...vpcBlocks].map(
        (block) => `route add ${block} via ${INTERNET.gateway} dev eth0 onlink`,
      ),
    ],
    addresses6: v6
      ? [
          'address add fe80::2/64 dev eth0 nodad',
          `address add ${INTERNET.v6}/128 dev eth0 nodad`,
          'route add 2001:db8:64::/48 via fe80::1 dev eth0',
        ]
      : [],
    rules: tableOf([
      // Their real addresses don't exist in the lab: the echo server gets what is sent to them.
      ...namedResolvers.map((named, index) =>
        [
          `chain named_${index} { type nat hook prerouting priority -110;`,
          ...(served.length > 0
            ? [`ip daddr ${named} meta l4proto { tcp, udp } th dport 53 dnat to ${INTERNET.publicResolver};`]
            : []),
          `ip daddr ${named} meta l4proto { tcp, udp } redirect to :7; }`,
        ].join(' '),
      ),
      echoExcept(served, INTERNET.tools),
    ]),
    settings: [],
    role: { name: NET, echo: true },
  };
}

/** AWS's services on every link: resolver, instance metadata, time. */
export function aws({ services: { resolver, resolvers, metadata } }: Plan): Namespace {
  const own = [LINK_LOCAL.services, ...resolvers, LINK_LOCAL.time, ...metadata.map(({ address }) => address)];
  return {
    name: AWS,
    addresses: [
      'link set lo up',
      ...own.map((address) => `address add ${address}/32 dev eth0`),
      'link set eth0 up',
      `route add ${LINK_LOCAL.router}/32 dev eth0`,
      `route add default via ${LINK_LOCAL.router} dev eth0 onlink`,
    ],
    addresses6: [],
    rules: '',
    settings: [],
    role: {
      name: AWS,
      echo: false,
      resolvers: resolver.state === 'off' ? [] : resolvers,
      resolverState: resolver.state,
      metadata: metadata.filter(({ endpoint }) => endpoint),
      time: LINK_LOCAL.time,
    },
  };
}
