import { INTERNET, LINK_LOCAL, PUBLIC_BLOCK } from './addresses';
import { AWS, echoExcept, type Namespace, NET, tableOf } from './namespace';
import type { Plan } from './plan';

/**
 * The internet: documentation addresses, an echo on every port.
 * @param hosts addresses of servers that are played there, on ports 80 and 443, behind a resolver that answers; none:
 *   there is nothing but the echo
 */
export function internet(plan: Plan, hosts: readonly string[] = []): Namespace {
  const { namedResolvers, vpcBlocks, v6 } = plan;
  const served = [...new Set(hosts)];
  const bears = new Set([
    INTERNET.router,
    INTERNET.attacker,
    ...INTERNET.others,
    INTERNET.otherResolver,
    ...(served.length > 0 ? [INTERNET.publicResolver, ...served] : []),
  ]);
  return {
    name: NET,
    addresses: [
      'link set lo up',
      ...[...bears].map((address) => `address add ${address}/32 dev eth0`),
      'link set eth0 up',
      `route add ${INTERNET.gateway}/32 dev eth0`,
      // An internet that knows the VPC's private block and tries it: a gateway carries public addresses only.
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
      // Their real addresses exist nowhere in the lab: what is sent to them ends at the one echo server.
      ...namedResolvers.map((named, index) =>
        [
          `chain named_${index} { type nat hook prerouting priority -110;`,
          ...(served.length > 0
            ? [`ip daddr ${named} meta l4proto { tcp, udp } th dport 53 dnat to ${INTERNET.publicResolver};`]
            : []),
          `ip daddr ${named} meta l4proto { tcp, udp } redirect to :7; }`,
        ].join(' '),
      ),
      echoExcept(served),
    ]),
    settings: [],
    role: { name: NET, echo: true },
  };
}

/** What AWS puts on every link: resolver, instance metadata, time. */
export function aws({ services: { resolver, resolvers, metadata } }: Plan): Namespace {
  const bears = [
    LINK_LOCAL.services,
    ...resolvers,
    LINK_LOCAL.time,
    ...metadata.map(({ address }) => address),
  ];
  return {
    name: AWS,
    addresses: [
      'link set lo up',
      ...bears.map((address) => `address add ${address}/32 dev eth0`),
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
