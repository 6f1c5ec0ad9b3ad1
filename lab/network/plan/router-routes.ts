import { EVERY_V6, formatRange } from '../../../constructs/address/cidr';
import type { Route, Subnet } from '../../../lib/reach/network/model';
import { INTERNET, LINK_LOCAL, routerAddress } from './addresses';
import type { Plan, Station } from './plan';

/** Routing table for packets from the internet and from AWS's services: the VPC's own addresses only. */
const ARRIVALS = 99;
const tableOf = (index: number) => 100 + index;

/** `ip -batch` lines for the VPC router: a routing table for each route table, chosen by the link of arrival. */
export function routerRoutes4(plan: Plan): string[] {
  const { stations, subnets } = plan;
  return [
    'link set lo up',
    ...subnets.map((subnet) => `address add ${routerAddress(subnet.v4)}/32 dev lo`),
    `address add ${INTERNET.gateway}/32 dev igw`,
    `address add ${LINK_LOCAL.router}/32 dev aws`,
    ...[...stations.map(({ link }) => link), 'igw', 'aws'].map((link) => `link set ${link} up`),
    ...local(plan, ARRIVALS),
    ...subnets.flatMap((subnet, index) => [
      ...local(plan, tableOf(index)),
      ...beyond(plan, subnet, tableOf(index)),
    ]),
    ...stations.map(
      ({ link, subnet }) => `rule add iif ${link} lookup ${tableOf(subnets.indexOf(subnet))} pref 1000`,
    ),
    ...['igw', 'aws'].map((link) => `rule add iif ${link} lookup ${ARRIVALS} pref 1000`),
  ];
}

/** Every table has the VPC's local route; an address that no machine has is unreachable. */
function local({ stations, services, vpcBlocks }: Plan, table: number): string[] {
  const linkLocal = [
    ...services.resolvers,
    LINK_LOCAL.time,
    ...services.metadata.map(({ address }) => address),
  ];
  return [
    ...stations.map(({ link, v4 }) => `route add ${v4}/32 dev ${link} table ${table}`),
    ...linkLocal.map((address) => `route add ${address}/32 dev aws table ${table}`),
    ...vpcBlocks.map((block) => `route add blackhole ${block} table ${table}`),
    `route add blackhole default metric 4096 table ${table}`,
  ];
}

function beyond(plan: Plan, subnet: Subnet, table: number): string[] {
  return routesOf(subnet, 4).flatMap((route) => {
    const hop = nextHop(plan, route);
    return hop === undefined
      ? []
      : [`route replace ${formatRange(route.range as never)} ${hop} table ${table}`];
  });
}

function routesOf(subnet: Subnet, family: 4 | 6): Route[] {
  const routes = subnet.tables.flatMap((table) => table.routes);
  return routes.filter((route) => route.range?.family === family && route.target.kind !== 'local');
}

function nextHop({ stations }: Plan, { target }: Route): string | undefined {
  if (target.kind === 'internet-gateway') return `via ${INTERNET.router} dev igw onlink`;
  if (target.kind !== 'nat-gateway' && target.kind !== 'interface') return undefined;
  const station: Station | undefined = stations.find(({ id }) => id === target.id);
  return station === undefined ? 'dev lo' : `via ${station.v4} dev ${station.link} onlink`;
}

/** The same for `ip -6 -batch`; none if no machine has an IPv6 address. */
export function routerRoutes6(plan: Plan): string[] {
  if (!plan.v6) return [];
  const { stations, subnets } = plan;
  const tables = [ARRIVALS, ...subnets.map((_, index) => tableOf(index))];
  return [
    ...[...stations.map(({ link }) => link), 'igw'].map((link) => `address add fe80::1/64 dev ${link} nodad`),
    ...tables.flatMap((table) => [
      ...stations.flatMap(({ link, v6 }) =>
        v6 === undefined ? [] : [`route add ${v6}/128 via fe80::2 dev ${link} table ${table}`],
      ),
      `route add blackhole ::/0 metric 4096 table ${table}`,
    ]),
    ...subnets.flatMap((subnet, index) =>
      routesOf(subnet, 6)
        .filter(({ target }) => target.kind === 'internet-gateway')
        .map(
          ({ range }) =>
            `route replace ${formatRange(range ?? EVERY_V6)} via fe80::2 dev igw table ${tableOf(index)}`,
        ),
    ),
    ...stations.map(
      ({ link, subnet }) => `rule add iif ${link} lookup ${tableOf(subnets.indexOf(subnet))} pref 1000`,
    ),
    `rule add iif igw lookup ${ARRIVALS} pref 1000`,
  ];
}
