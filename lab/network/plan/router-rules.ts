import { aclChains, aclJumps } from './acls';
import { LINK_LOCAL } from './addresses';
import { groupChains } from './groups';
import type { Plan, Station } from './plan';

/** Addresses that an internet gateway never carries. */
const PRIVATE =
  '{ 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16, 224.0.0.0/3 }';

/** The VPC router's nftables ruleset: everything that AWS enforces outside the machines. */
export function routerRules(plan: Plan): string {
  const body = [
    ...counters(plan).map(({ name }) => `counter ${name} { }`),
    ...chainOf('arrive', 'type filter hook prerouting priority -150; policy accept;', arrivals(plan)),
    ...chainOf('translate_in', 'type nat hook prerouting priority -100; policy accept;', translatedIn(plan)),
    ...chainOf(
      'translate_out',
      'type nat hook postrouting priority 100; policy accept;',
      translatedOut(plan),
    ),
    // The router itself answers neighbour discovery only.
    ...chainOf('itself', 'type filter hook input priority 0; policy drop;', [
      'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept',
    ]),
    ...chainOf('services', '', services(plan)),
    ...aclChains(plan),
    ...chainOf('acls', '', aclJumps(plan)),
    ...groupChains(plan),
    ...chainOf('groups', '', groupJumps(plan)),
    ...chainOf('through', 'type filter hook forward priority 0; policy drop;', forwarded(plan)),
  ];
  return ['table inet lab {', ...body.map((line) => `  ${line}`), '}', ''].join('\n');
}

/** Every counter of drops, with its words for a report. */
export function counters(plan: Plan): { readonly name: string; readonly text: string }[] {
  return [
    ...plan.stations.flatMap(({ link, title, groups, sourceCheck }) => [
      ...(sourceCheck
        ? [
            { name: `source_${link}`, text: `source check of ${title}` },
            { name: `target_${link}`, text: `destination check of ${title}` },
          ]
        : []),
      ...(groups === undefined
        ? []
        : [
            { name: `group_out_${link}`, text: `security groups of ${title}, outbound` },
            { name: `group_in_${link}`, text: `security groups of ${title}, inbound` },
          ]),
    ]),
    ...plan.subnets.flatMap(({ id, acl }, index) => [
      { name: `acl_out_${index}`, text: `network ACL ${acl.id} of ${id}, outbound` },
      { name: `acl_in_${index}`, text: `network ACL ${acl.id} of ${id}, inbound` },
    ]),
    { name: 'gateway', text: 'internet gateway: no public address, or a private one' },
    { name: 'services', text: 'services of the link: not offered' },
  ];
}

function chainOf(name: string, head: string, rules: readonly string[]): string[] {
  return [`chain ${name} {`, ...(head === '' ? [] : [`  ${head}`]), ...rules.map((rule) => `  ${rule}`), '}'];
}

function arrivals({ stations, v6 }: Plan): string[] {
  return [
    ...stations
      .filter(({ sourceCheck }) => sourceCheck)
      .flatMap(({ link, v4, v6: six }) => [
        `iifname "${link}" ip saddr != ${v4} counter name "source_${link}" drop`,
        ...(v6
          ? [
              `iifname "${link}" ip6 saddr != { ${six === undefined ? '' : `${six}, `}fe80::/10, :: } counter name "source_${link}" drop`,
            ]
          : []),
      ]),
    // AWS has no such addresses: the lab uses them to keep the metadata of machines apart.
    `iifname "v*" ip daddr ${LINK_LOCAL.metadataBlock} counter name "services" drop`,
    `iifname "igw" meta nfproto ipv4 ip daddr != ${setOf(publicOnes(stations))} counter name "gateway" drop`,
  ];
}

function translatedIn({ stations, services: { metadata } }: Plan): string[] {
  return [
    ...metadata
      .filter(({ endpoint }) => endpoint)
      .map(
        ({ link, address }) =>
          `iifname "${link}" ip daddr ${LINK_LOCAL.metadata} tcp dport 80 dnat ip to ${address}`,
      ),
    ...publicStations(stations).map(
      ({ publicV4, v4 }) => `iifname "igw" ip daddr ${publicV4} dnat ip to ${v4}`,
    ),
  ];
}

function translatedOut({ stations }: Plan): string[] {
  return publicStations(stations).map(
    ({ publicV4, v4 }) => `oifname "igw" ip saddr ${v4} snat ip to ${publicV4}`,
  );
}

/** These pass every security group and network ACL (VPC user guide, "Security"), and nothing else but replies. */
function services({ services: { resolver, resolvers } }: Plan): string[] {
  return [
    ...(resolver.state === 'off'
      ? []
      : [`ip daddr { ${resolvers.join(', ')} } meta l4proto { tcp, udp } th dport 53 accept`]),
    `ip daddr ${LINK_LOCAL.time} udp dport 123 accept`,
    'ct status dnat accept',
    'counter name "services" drop',
  ];
}

function groupJumps({ stations }: Plan): string[] {
  const guarded = stations.filter(({ groups }) => groups !== undefined);
  return [
    ...guarded.map(({ link }) => `iifname "${link}" jump group_out_${link}`),
    ...guarded.map(({ link }) => `oifname "${link}" jump group_in_${link}`),
  ];
}

function forwarded({ stations }: Plan): string[] {
  const owners = stations.filter(({ publicV4 }) => publicV4 !== undefined).map(({ v4 }) => v4);
  return [
    'oifname "aws" goto services',
    'iifname "aws" ct state established accept',
    'iifname "aws" drop',
    ...stations
      .filter(({ sourceCheck }) => sourceCheck)
      .map(
        ({ link, v4 }) =>
          `oifname "${link}" meta nfproto ipv4 ip daddr != ${v4} counter name "target_${link}" drop`,
      ),
    `oifname "igw" meta nfproto ipv4 ip saddr != ${setOf(owners)} counter name "gateway" drop`,
    `oifname "igw" ip daddr ${PRIVATE} counter name "gateway" drop`,
    'jump acls',
    'ct state established,related accept',
    'jump groups',
    'accept',
  ];
}

function publicStations(stations: readonly Station[]): Station[] {
  return stations.filter(({ publicV4 }) => publicV4 !== undefined);
}

function publicOnes(stations: readonly Station[]): string[] {
  return publicStations(stations).map(({ publicV4 }) => publicV4 as string);
}

/** nftables has no empty set: then it holds an address that no machine has. */
function setOf(addresses: readonly string[]): string {
  return `{ ${(addresses.length === 0 ? ['255.255.255.255'] : addresses).join(', ')} }`;
}
