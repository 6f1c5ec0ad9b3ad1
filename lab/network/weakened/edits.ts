/** A template as plain JSON. Edits change a deep copy, never the shipped template. */
export interface PlainTemplate {
  Resources: Record<string, PlainResource>;
}

export interface PlainResource {
  Type: string;
  Properties?: Record<string, unknown>;
}

export type Edit = (template: PlainTemplate) => void;

function each(
  template: PlainTemplate,
  type: string,
  change: (properties: Record<string, unknown>, id: string) => void,
): void {
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (resource.Type !== type) continue;
    resource.Properties ??= {};
    change(resource.Properties, id);
  }
}

function ids(template: PlainTemplate, type: string): string[] {
  return Object.keys(template.Resources).filter((id) => template.Resources[id]?.Type === type);
}

const ref = (id: string) => ({ Ref: id });

/** Every security group lets everything in and out. */
export const openGroups: Edit = (template) =>
  each(template, 'AWS::EC2::SecurityGroup', (properties) => {
    const all = [
      { IpProtocol: '-1', CidrIp: '0.0.0.0/0' },
      { IpProtocol: '-1', CidrIpv6: '::/0' },
    ];
    properties.SecurityGroupEgress = all;
    properties.SecurityGroupIngress = all;
  });

/** No security group lets anything in or out, and no instance metadata answers. */
export const shutEverything: Edit = (template) => {
  each(template, 'AWS::EC2::SecurityGroup', (properties) => {
    // An empty list would bring back AWS's default rule.
    properties.SecurityGroupEgress = [
      { IpProtocol: 'icmp', FromPort: 252, ToPort: 86, CidrIp: '255.255.255.255/32' },
    ];
    properties.SecurityGroupIngress = [];
  });
  for (const type of ['AWS::EC2::SecurityGroupIngress', 'AWS::EC2::SecurityGroupEgress']) {
    for (const id of ids(template, type)) delete template.Resources[id];
  }
  each(template, 'AWS::EC2::Instance', (properties) => {
    properties.MetadataOptions = { HttpEndpoint: 'disabled' };
  });
};

/** No network ACL lets in packets to ports above 1023: these are replies to a stateless ACL. */
export const dropReplies: Edit = (template) => {
  for (const id of ids(template, 'AWS::EC2::NetworkAclEntry')) {
    const { Egress, PortRange } = template.Resources[id]?.Properties ?? {};
    const from = (PortRange as { From?: number } | undefined)?.From ?? 0;
    if (Egress === false && from >= 1024) delete template.Resources[id];
  }
};

/** The first entry of every network ACL allows everything, both ways. */
export const openAcls: Edit = (template) => {
  for (const acl of ids(template, 'AWS::EC2::NetworkAcl')) {
    for (const egress of [true, false]) {
      for (const [family, block] of [
        ['', { CidrBlock: '0.0.0.0/0' }],
        ['Six', { Ipv6CidrBlock: '::/0' }],
      ] as const) {
        template.Resources[`Weak${acl}${egress ? 'Out' : 'In'}${family}`] = {
          Type: 'AWS::EC2::NetworkAclEntry',
          Properties: {
            NetworkAclId: ref(acl),
            RuleNumber: family === '' ? 1 : 2,
            Protocol: -1,
            RuleAction: 'allow',
            Egress: egress,
            ...block,
          },
        };
      }
    }
  }
};

/** Every route table leads to the internet gateway, and every machine has a public address. */
export const routeOut: Edit = (template) => {
  const [gateway = 'WeakGateway'] = ids(template, 'AWS::EC2::InternetGateway');
  template.Resources[gateway] ??= { Type: 'AWS::EC2::InternetGateway' };
  each(template, 'AWS::EC2::Route', (properties) => {
    if (properties.DestinationCidrBlock !== '0.0.0.0/0') return;
    delete properties.NatGatewayId;
    properties.GatewayId = ref(gateway);
  });
  const led = new Set<string>();
  each(template, 'AWS::EC2::Route', ({ RouteTableId, DestinationCidrBlock }) => {
    if (DestinationCidrBlock === '0.0.0.0/0') led.add(JSON.stringify(RouteTableId));
  });
  for (const table of ids(template, 'AWS::EC2::RouteTable')) {
    if (led.has(JSON.stringify(ref(table)))) continue;
    template.Resources[`Weak${table}Out`] = {
      Type: 'AWS::EC2::Route',
      Properties: { RouteTableId: ref(table), DestinationCidrBlock: '0.0.0.0/0', GatewayId: ref(gateway) },
    };
  }
  for (const instance of ids(template, 'AWS::EC2::Instance')) {
    template.Resources[`Weak${instance}Address`] = {
      Type: 'AWS::EC2::EIP',
      Properties: { Domain: 'vpc', InstanceId: ref(instance) },
    };
  }
};

/** DNS support on, without the DNS firewall. */
export const openResolver: Edit = (template) => {
  each(template, 'AWS::EC2::VPC', (properties) => {
    properties.EnableDnsSupport = true;
  });
  for (const id of ids(template, 'AWS::Route53Resolver::FirewallRuleGroupAssociation'))
    delete template.Resources[id];
};

/** Instance metadata answers without tokens and across hops, and every machine has a profile. */
export const openMetadata: Edit = (template) => {
  let profile: unknown = 'weak-profile';
  each(template, 'AWS::EC2::Instance', (properties) => {
    profile = properties.IamInstanceProfile ?? profile;
  });
  each(template, 'AWS::EC2::Instance', (properties) => {
    properties.MetadataOptions = {
      HttpEndpoint: 'enabled',
      HttpTokens: 'optional',
      HttpPutResponseHopLimit: 64,
    };
    properties.IamInstanceProfile ??= profile;
  });
};

/** No source/destination check on any machine. */
export const uncheckSources: Edit = (template) =>
  each(template, 'AWS::EC2::Instance', (properties) => {
    properties.SourceDestCheck = false;
  });

/** IPv6 on every subnet, with a route to the internet gateway. */
export const addV6: Edit = (template) => {
  const [gateway = ''] = ids(template, 'AWS::EC2::InternetGateway');
  each(template, 'AWS::EC2::Subnet', (properties) => {
    properties.Ipv6CidrBlock = '2001:db8:64::/64';
    properties.AssignIpv6AddressOnCreation = true;
  });
  for (const table of ids(template, 'AWS::EC2::RouteTable')) {
    template.Resources[`Weak${table}Six`] = {
      Type: 'AWS::EC2::Route',
      Properties: { RouteTableId: ref(table), DestinationIpv6CidrBlock: '::/0', GatewayId: ref(gateway) },
    };
  }
};

/** Routes a block of addresses through a machine, which could then read the packets and forward them. */
export function routeThrough(tableOf: string, block: string, instance: string): Edit {
  return (template) => {
    for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
      if (Type !== 'AWS::EC2::SubnetRouteTableAssociation') continue;
      if (JSON.stringify(Properties?.SubnetId) !== JSON.stringify(ref(tableOf))) continue;
      template.Resources[`Weak${id}${block.replaceAll(/\W/g, '')}`] = {
        Type: 'AWS::EC2::Route',
        Properties: {
          RouteTableId: Properties?.RouteTableId,
          DestinationCidrBlock: block,
          InstanceId: ref(instance),
        },
      };
    }
  };
}
