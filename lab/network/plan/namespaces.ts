import { prefixLength } from '../../../constructs/address/cidr';
import { routerAddress } from './addresses';
import { aws, internet } from './beyond';
import { AWS, ECHO, GUEST, type Namespace, NET, ROUTER, tableOf } from './namespace';
import type { Plan, Station } from './plan';
import { routerRoutes4, routerRoutes6 } from './router-routes';
import { routerRules } from './router-rules';

/** A pair of interfaces; both ends are made in namespaces of the lab. */
export interface Link {
  readonly at: string;
  readonly name: string;
  readonly to: string;
}

export interface Layout {
  readonly namespaces: readonly Namespace[];
  readonly links: readonly Link[];
}

const GUEST_LINK = { outer: '172.31.255.1', inner: '172.31.255.2', block: '172.31.255.0/30' } as const;

/**
 * Every namespace and link of a plan. Behind `attacker` there is a guest, as a container on that host would be.
 *
 * @param hosts addresses of the internet's servers, where the proxy boxes run. Then proxy boxes have no echo. None: every
 *   machine answers on every port
 */
export function layoutOf(plan: Plan, attacker: Station, hosts: readonly string[] = []): Layout {
  const echoes = ({ machine }: Station) => hosts.length === 0 || machine?.part !== 'proxy-box';
  const namespaces = [
    router(plan),
    internet(plan, hosts),
    aws(plan),
    ...plan.stations.map((each) =>
      each.kind === 'nat-gateway' ? natGateway(each) : station(each, each === attacker, echoes(each)),
    ),
    guest(),
  ];
  const links = [
    ...plan.stations.map(({ link, name }) => ({ at: ROUTER, name: link, to: name })),
    { at: ROUTER, name: 'igw', to: NET },
    { at: ROUTER, name: 'aws', to: AWS },
    { at: attacker.name, name: 'guest', to: GUEST },
  ];
  return {
    namespaces: namespaces.map((each) => ({ ...each, settings: [...sixth(plan), ...each.settings] })),
    links,
  };
}

function sixth({ v6 }: Plan): [string, string][] {
  return [
    ['ipv6/conf/*/disable_ipv6', v6 ? '0' : '1'],
    ['ipv6/conf/*/accept_dad', '0'],
    ['ipv6/conf/*/accept_ra', '0'],
    // The router forwards what the rules let through, and drops the rest without a reply.
    ['ipv4/conf/*/rp_filter', '0'],
    ['ipv4/conf/*/send_redirects', '0'],
  ];
}

function router(plan: Plan): Namespace {
  return {
    name: ROUTER,
    addresses: routerRoutes4(plan),
    addresses6: routerRoutes6(plan),
    rules: routerRules(plan),
    settings: [
      ['ipv4/ip_forward', '1'],
      ['ipv6/conf/*/forwarding', plan.v6 ? '1' : '0'],
      // The router answers ARP for every address, as AWS's mapping service does: ARP of machines has no effect.
      ['ipv4/conf/*/proxy_arp', '1'],
      ['ipv4/neigh/*/proxy_delay', '0'],
      // AWS's routers are stricter: here the template's own controls must stop source routes, not a kernel default.
      ['ipv4/conf/*/accept_source_route', '1'],
    ],
  };
}

function station(each: Station, withGuest: boolean, echo = true): Namespace {
  const gateway = routerAddress(each.subnet.v4);
  return {
    name: each.name,
    addresses: [
      'link set lo up',
      `address add ${each.v4}/${prefixLength(each.subnet.v4)} dev eth0`,
      'link set eth0 up',
      `route add default via ${gateway} dev eth0`,
      ...(withGuest ? [`address add ${GUEST_LINK.outer}/30 dev guest`, 'link set guest up'] : []),
    ],
    addresses6:
      each.v6 === undefined
        ? []
        : [
            'address add fe80::2/64 dev eth0 nodad',
            `address add ${each.v6}/128 dev eth0 nodad`,
            'route add ::/0 via fe80::1 dev eth0',
          ],
    rules: tableOf([
      ...(withGuest
        ? [
            `chain out { type nat hook postrouting priority 100; oifname "eth0" ip saddr ${GUEST_LINK.block} masquerade; }`,
          ]
        : []),
      ...(echo ? [ECHO] : []),
    ]),
    // The agent's root could turn forwarding on, so it is on.
    settings: [['ipv4/ip_forward', each.machine?.part === 'proxy-box' ? '0' : '1']],
    role: { name: each.title.replaceAll(' ', '-'), echo },
  };
}

function guest(): Namespace {
  return {
    name: GUEST,
    addresses: [
      'link set lo up',
      `address add ${GUEST_LINK.inner}/30 dev eth0`,
      'link set eth0 up',
      `route add default via ${GUEST_LINK.outer} dev eth0`,
    ],
    addresses6: [],
    rules: '',
    settings: [],
    role: { name: GUEST, echo: false },
  };
}

function natGateway(each: Station): Namespace {
  return {
    ...station(each, false),
    rules: tableOf([
      `chain out { type nat hook postrouting priority 100; oifname "eth0" ip saddr != ${each.v4} masquerade; }`,
      'chain in { type filter hook input priority 0; policy drop; }',
    ]),
    settings: [['ipv4/ip_forward', '1']],
    role: { name: 'nat-gateway', echo: false },
  };
}
