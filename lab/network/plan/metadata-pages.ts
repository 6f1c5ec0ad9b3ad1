/** What instance metadata tells about a machine, besides user data and role. */
export interface MachineFacts {
  readonly id: string;
  readonly hardwareAddress: string;
  readonly privateAddress: string;
  readonly publicAddress?: string;
  readonly subnetBlock: string;
  readonly vpcBlock: string;
  readonly region: string;
  readonly zone: string;
  readonly instanceType: string;
}

/** Texts by their path below the version; listings are made from the paths. */
export type Pages = Readonly<Record<string, string>>;

/**
 * The pages that cloud-init's Ec2 datasource and the kit's scripts ask for, as the EC2 user guide names them
 * ("Instance metadata categories"). What only AWS can know (signatures, keys, reservations) is left out.
 */
export function metadataPages(facts: MachineFacts): Pages {
  const { id, hardwareAddress: mac, privateAddress, publicAddress } = facts;
  const hostname = `ip-${privateAddress.replaceAll('.', '-')}.ec2.internal`;
  const link = `meta-data/network/interfaces/macs/${mac}`;
  const common = { 'local-hostname': hostname, mac };
  return {
    'meta-data/ami-id': 'ami-00000000000000000',
    'meta-data/ami-launch-index': '0',
    'meta-data/hostname': hostname,
    'meta-data/instance-id': id,
    'meta-data/instance-life-cycle': 'on-demand',
    'meta-data/instance-type': facts.instanceType,
    'meta-data/local-hostname': hostname,
    'meta-data/local-ipv4': privateAddress,
    'meta-data/mac': mac,
    'meta-data/placement/availability-zone': facts.zone,
    'meta-data/placement/region': facts.region,
    'meta-data/services/domain': 'amazonaws.com',
    'meta-data/services/partition': 'aws',
    ...(publicAddress && { 'meta-data/public-ipv4': publicAddress }),
    ...Object.fromEntries(Object.entries(common).map(([name, text]) => [`${link}/${name}`, text])),
    [`${link}/device-number`]: '0',
    [`${link}/local-ipv4s`]: privateAddress,
    [`${link}/subnet-ipv4-cidr-block`]: facts.subnetBlock,
    [`${link}/vpc-ipv4-cidr-block`]: facts.vpcBlock,
    [`${link}/vpc-ipv4-cidr-blocks`]: facts.vpcBlock,
    ...(publicAddress && { [`${link}/public-ipv4s`]: publicAddress }),
    'dynamic/instance-identity/document': JSON.stringify({
      accountId: '000000000000',
      availabilityZone: facts.zone,
      instanceId: id,
      instanceType: facts.instanceType,
      privateIp: privateAddress,
      region: facts.region,
    }),
  };
}

/** A locally administered hardware address, as EC2 uses, derived from the private address. */
export function hardwareAddress(privateAddress: string): string {
  const octets = privateAddress.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
  return ['0a', 'ff', ...octets].join(':');
}
