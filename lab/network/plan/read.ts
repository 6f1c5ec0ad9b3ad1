import { formatAddress, formatRange } from '../../../constructs/address/cidr';
import type { Interface, Network, Subnet } from '../../../lib/reach/network/model';
import { readNetwork } from '../../../lib/reach/network/network';
import { readDocument } from '../../../lib/reach/template/document';
import { Template } from '../../../lib/reach/template/template';
import { booleanOf, items, Reference, textOf, type Value } from '../../../lib/reach/template/value';
import { userDataText } from '../../../lib/user-data-text';
import {
  hostAddress,
  LAB_REGION,
  LINK_LOCAL,
  metadataAddress,
  publicAddress,
  resolverAddress,
  v6Address,
} from './addresses';
import { hardwareAddress, metadataPages } from './metadata-pages';
import type { MetadataService, PlanResult, Station } from './plan';
import { refusals } from './refusals';

/** What the lab builds for a template, from the template alone. Never throws. */
export function planLab(template: unknown): PlanResult {
  const read = readDocument(template);
  if (!read.ok) return read;
  const network = readNetwork(new Template(read.document));
  const problems = refusals(network);
  if (problems.length > 0) return { ok: false, problems };
  const [vpc] = network.vpcs;
  const stations = stationsOf(network);
  const overlapping = repeated(stations.map((each) => each.v4));
  if (vpc === undefined || overlapping !== undefined) {
    return { ok: false, problems: [`two machines have the address ${overlapping}: give each its own`] };
  }
  const resolver = network.resolvers.get(vpc) ?? { state: 'open', why: 'unknown', queriesLogged: false };
  return {
    ok: true,
    plan: {
      network,
      stations,
      subnets: subnetsOf(network),
      services: {
        resolver,
        resolvers: [LINK_LOCAL.resolver, ...vpc.blocks.slice(0, 1).map(resolverAddress)],
        metadata: stations.flatMap((each, index) =>
          metadataOf(each, index, vpc.blocks.map(formatRange)[0] ?? ''),
        ),
      },
      namedResolvers: namedResolvers(network.template),
      v6: stations.some((each) => each.v6 !== undefined),
      vpcBlocks: vpc.blocks.map(formatRange),
    },
  };
}

/** A regional NAT gateway stands beside the template's subnets. */
function subnetsOf(network: Network): Subnet[] {
  return [...new Set([...network.subnets, ...network.natSubnets.values()])];
}

type Found = Pick<Station, 'id' | 'kind' | 'title' | 'machine'> & {
  readonly subnet: Subnet;
  readonly each?: Interface;
};

function stationsOf(network: Network): Station[] {
  const found: Found[] = [
    ...network.machines.map((machine): Found => {
      const [each] = machine.interfaces as [Interface];
      const title = machine.part && machine.agent ? `${machine.part} of ${machine.agent}` : machine.id;
      return { id: machine.id, kind: 'machine', title, machine, subnet: each.subnet, each };
    }),
    ...network.others.map((each): Found => {
      const kind = each.kind === 'connect-endpoint' ? 'connect-endpoint' : 'endpoint';
      const title = kind === 'connect-endpoint' ? 'Instance Connect Endpoint' : each.owner;
      return { id: each.owner, kind, title, subnet: each.subnet, each };
    }),
    ...[...network.natSubnets].map(
      ([id, subnet]): Found => ({ id, kind: 'nat-gateway', title: 'NAT gateway', subnet }),
    ),
  ];
  const used = new Map<Subnet, number>();
  return found.map((one, index) => {
    const place = used.get(one.subnet) ?? 0;
    used.set(one.subnet, place + 1);
    const { each } = one;
    const fixed = each !== undefined && each.v4.addresses[0] === each.v4.addresses[1];
    const v6IfAny = v6Address(network.subnets.indexOf(one.subnet), index);
    const isPublic = each?.publicV4 !== undefined || one.kind === 'nat-gateway';
    return {
      ...one,
      name: `s${index}`,
      link: `v${index}`,
      v4: fixed ? formatAddress(4, each.v4.addresses[0]) : hostAddress(one.subnet.v4, place),
      v6IfAny,
      ...(each?.v6 !== undefined && { v6: v6IfAny }),
      publicIfAny: publicAddress(index),
      ...(isPublic && { publicV4: publicAddress(index) }),
      sourceCheck:
        one.kind !== 'nat-gateway' && booleanOf(one.machine?.resource.get('SourceDestCheck')) !== false,
      ...(each !== undefined && { groups: each.groups }),
    };
  });
}

function metadataOf(station: Station, index: number, vpcBlock: string): MetadataService[] {
  const { machine } = station;
  if (machine === undefined) return [];
  const { endpoint, tokensRequired, hopLimit } = machine.metadata;
  const mac = hardwareAddress(station.v4);
  return [
    {
      id: machine.id,
      link: station.link,
      address: metadataAddress(index),
      privateAddress: station.v4,
      endpoint,
      tokensRequired,
      // Without a value in the template, the image may set two.
      hopLimit: hopLimit ?? 2,
      ...(machine.profile !== undefined && { role: machine.profile.replaceAll(/[^\w.-]/g, '-') }),
      hardwareAddress: mac,
      pages: {
        ...metadataPages({
          id: `i-lab-${machine.id}`,
          hardwareAddress: mac,
          privateAddress: station.v4,
          ...(station.publicV4 !== undefined && { publicAddress: station.publicV4 }),
          subnetBlock: formatRange(station.subnet.v4),
          vpcBlock,
          region: LAB_REGION,
          zone: `${LAB_REGION}a`,
          instanceType: textOf(machine.resource.get('InstanceType')) ?? 't4g.large',
        }),
        'user-data': userDataText(machine.resource.raw.properties.UserData),
      },
    },
  ];
}

function namedResolvers(template: Template): string[] {
  const named = template
    .ofType('AWS::EC2::DHCPOptions')
    .flatMap((each) => items(each.get('DomainNameServers')));
  const texts = named.map((value: Value) => (value instanceof Reference ? undefined : textOf(value)));
  return [...new Set(texts)]
    .filter((text): text is string => /^\d{1,3}(\.\d{1,3}){3}$/.test(text ?? ''))
    .slice(0, 4);
}

function repeated(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}
