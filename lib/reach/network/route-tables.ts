import {
  type AddressRange,
  EVERY_V4,
  EVERY_V6,
  formatRange,
  parseCidr,
  prefixLength,
} from '../../../constructs/address/cidr';
import { type Box, subtractBoxes } from '../address/box';
import { whole } from '../address/internet';
import type { Resource, Template } from '../template/template';
import { alternatives, describe, items, Reference, textOf, type Value } from '../template/value';
import type { Route, RouteTable, Slice, Target, Vpc } from './model';
import { prefixListRanges } from './prefix-lists';
import { routeTarget } from './route-targets';

/** A table of the template (`main`: the VPC's own, which has only the local route). */
export function readRouteTable(template: Template, table: Resource | 'main', vpc: Vpc): RouteTable {
  const id = table === 'main' ? `${vpc.id} main route table` : table.id;
  const routes = localRoutes(vpc);
  if (table !== 'main') {
    for (const route of template.ofType('AWS::EC2::Route')) {
      const tables = alternatives(route.get('RouteTableId'));
      if (!tables.some((value) => value instanceof Reference && value.id === table.id)) continue;
      routes.push(...readRoute(template, route, tables.length === 1));
    }
    routes.push(...endpointRoutes(template, table), ...propagatedRoutes(template, table));
  }
  return { id, routes, slices: slicesOf(routes) };
}

/** The address space, cut by longest prefix. A route that may not exist, or whose target is unknown, hides no other. */
export function slicesOf(routes: readonly Route[]): Slice[] {
  const certain = routes.filter((route) => route.certain && route.range !== undefined);
  const ordered = certain.sort(
    (a, b) => prefixLength(b.range as AddressRange) - prefixLength(a.range as AddressRange),
  );
  const slices: Slice[] = [];
  const taken: Box[] = [];
  for (const route of ordered) {
    const range = route.range as AddressRange;
    const left = subtractBoxes([whole(range)], taken);
    if (left.length > 0) slices.push({ ranges: left, named: range, route });
    taken.push(whole(range));
  }
  for (const route of routes.filter((each) => !ordered.includes(each))) {
    for (const range of route.range === undefined ? [EVERY_V4, EVERY_V6] : [route.range]) {
      slices.push({ ranges: [range], named: range, route });
    }
  }
  return slices;
}

function localRoutes(vpc: Vpc): Route[] {
  const local = (range: AddressRange, certain: boolean): Route => ({
    id: vpc.id,
    range,
    certain,
    target: { kind: 'local' },
    text: certain ? `${formatRange(range)} local` : 'local',
  });
  const v4 = vpc.blocks.map((range) => local(range, true));
  if (!vpc.blocksKnown) v4.push(local(EVERY_V4, false));
  // Amazon assigns a VPC's IPv6 block at deployment.
  return [...v4, local(EVERY_V6, false)];
}

function readRoute(template: Template, resource: Resource, decided: boolean): Route[] {
  const target = routeTarget(template, resource);
  const certain = resource.certain && decided;
  const route = (range: AddressRange | undefined, name: string): Route => ({
    id: resource.id,
    range,
    certain,
    target,
    text: `${name} to ${targetText(target)}`,
  });
  const prefixList = resource.get('DestinationPrefixListId');
  if (prefixList !== undefined) {
    const { ranges, known } = prefixListRanges(template, prefixList);
    if (known) return ranges.map((range) => route(range, formatRange(range)));
    template.assume(resource, 'DestinationPrefixListId', prefixList, 'any destination');
    return [route(undefined, `prefix list ${describe(prefixList)}`)];
  }
  const block: Value = resource.get('DestinationCidrBlock') ?? resource.get('DestinationIpv6CidrBlock');
  const range = parseCidr(textOf(block) ?? '');
  if (range === undefined) template.assume(resource, 'DestinationCidrBlock', block, 'any destination');
  return [route(range, range === undefined ? describe(block) : formatRange(range))];
}

/** A gateway endpoint puts its service's prefix list into the tables it names. */
function endpointRoutes(template: Template, table: Resource): Route[] {
  return template.ofType('AWS::EC2::VPCEndpoint').flatMap((endpoint): Route[] => {
    const tables = items(endpoint.get('RouteTableIds'));
    if (!tables.some((value) => value instanceof Reference && value.id === table.id)) return [];
    const service = textOf(endpoint.get('ServiceName')) ?? 'an AWS service';
    const target: Target = { kind: 'gateway-endpoint', id: endpoint.id, service };
    return [{ id: endpoint.id, certain: true, target, text: `prefix list of ${service} to ${endpoint.id}` }];
  });
}

/** Routes that a virtual private gateway learns aren't in any template. */
function propagatedRoutes(template: Template, table: Resource): Route[] {
  return template.ofType('AWS::EC2::VPNGatewayRoutePropagation').flatMap((propagation): Route[] => {
    const tables = items(propagation.get('RouteTableIds'));
    if (!tables.some((value) => value instanceof Reference && value.id === table.id)) return [];
    const target: Target = { kind: 'vpn', id: describe(propagation.get('VpnGatewayId')) };
    return [{ id: propagation.id, certain: true, target, text: `propagated routes to ${target.id}` }];
  });
}

function targetText(target: Target): string {
  return target.kind === 'local' ? 'local' : `${target.kind} ${target.id}`;
}
