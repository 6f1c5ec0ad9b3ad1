import { FIXTURES } from '../support/templates';
import { brokenIn, fixture, linesOf, reportOf } from './support';

interface Case {
  readonly fixture: string;
  readonly machine?: string;
  readonly reach: readonly string[];
  readonly broken: readonly string[];
}

const SUBNET_443 = '> subnet Subnet tcp 443';
const WORLD_443 = '> internet 0.0.0.0/0 tcp 443';
const RESOLVER = ['> vpc-resolver 169.254.169.253/32 udp 53', '> vpc-resolver 169.254.169.253/32 tcp 53'];

const CASES: readonly Case[] = [
  { fixture: 'egress-443-open', reach: [SUBNET_443, WORLD_443], broken: ['OPEN-OUT', 'PROFILE-OPEN'] },
  {
    fixture: 'egress-default-forgotten',
    reach: ['> subnet Subnet all', '> internet 0.0.0.0/0 all'],
    broken: ['OPEN-OUT'],
  },
  {
    fixture: 'egress-empty-list',
    reach: ['> subnet Subnet all', '> internet 0.0.0.0/0 all'],
    broken: ['OPEN-OUT'],
  },
  { fixture: 'egress-placeholder', reach: [], broken: [] },
  { fixture: 'egress-separate-rule', reach: ['> internet 198.51.100.0/24 tcp 8443'], broken: [] },
  { fixture: 'egress-only-separate-rule', reach: ['> internet 198.51.100.0/24 tcp 8443'], broken: [] },
  { fixture: 'no-public-address', reach: [SUBNET_443, '< subnet Subnet tcp 22'], broken: [] },
  { fixture: 'no-route', reach: [SUBNET_443], broken: [] },
  { fixture: 'main-route-table', reach: [SUBNET_443], broken: [] },
  { fixture: 'elastic-address', reach: [SUBNET_443, WORLD_443], broken: ['OPEN-OUT'] },
  {
    fixture: 'inbound-ssh-open',
    reach: ['< subnet Subnet tcp 22', '< internet 0.0.0.0/0 tcp 22'],
    broken: ['OPEN-IN'],
  },
  {
    // A program that may choose its own port gets its replies on 443; ordinary clients get none.
    fixture: 'nacl-blocks-replies',
    reach: [SUBNET_443, `${WORLD_443} from 443`],
    broken: ['OPEN-OUT'],
  },
  {
    fixture: 'nacl-replies-partly',
    reach: [SUBNET_443, `${WORLD_443} one-way`, '> internet 192.0.2.0/24 tcp 443'],
    broken: ['OPEN-OUT'],
  },
  { fixture: 'nacl-order', reach: [SUBNET_443], broken: [] },
  {
    fixture: 'nacl-between-subnets',
    reach: [
      '> machine Neighbour all',
      '< machine Neighbour all',
      '> subnet SubnetA all',
      '< subnet SubnetA all',
    ],
    broken: [],
  },
  { fixture: 'group-reference', machine: 'Client', reach: ['> machine Server tcp 8080'], broken: [] },
  { fixture: 'group-reference', machine: 'Server', reach: ['< machine Client tcp 8080'], broken: [] },
  {
    fixture: 'group-reference',
    machine: 'Other',
    reach: ['< subnet SubnetA all', '< subnet SubnetB all'],
    broken: [],
  },
  { fixture: 'groups-union', machine: 'Client', reach: ['> machine Server tcp 443'], broken: [] },
  {
    fixture: 'peering',
    reach: [
      '> machine Database tcp 5432',
      '> subnet Subnet tcp 5432',
      '> peer Peering 10.1.0.0/16 tcp 5432',
      '> peer Partner 172.20.0.0/16 tcp 5432',
    ],
    broken: [],
  },
  {
    fixture: 'transit-gateway',
    reach: ['> machine Far1 tcp 22', '> peer Hub 10.1.0.0/16 tcp 22'],
    broken: [],
  },
  { fixture: 'vpn', reach: ['> vpn Vpn 192.168.0.0/16 tcp 443'], broken: [] },
  { fixture: 'gateway-endpoint-s3', reach: [SUBNET_443, '> endpoint S3 tcp 443'], broken: [] },
  { fixture: 'interface-endpoint', reach: ['> endpoint Ssm tcp 443', SUBNET_443], broken: [] },
  {
    fixture: 'ipv6-egress-only',
    reach: ['> subnet Subnet all', '> internet ::/0 all', '< subnet Subnet all'],
    broken: ['OPEN-OUT-IPV6'],
  },
  {
    fixture: 'prefix-list',
    reach: ['> internet 198.51.100.0/24 tcp 443', '> internet 203.0.113.7/32 tcp 443'],
    broken: ['OPEN-OUT'],
  },
  { fixture: 'prefix-list', machine: 'Other', reach: [SUBNET_443, WORLD_443], broken: ['OPEN-OUT'] },
  {
    fixture: 'launch-template-public',
    reach: [SUBNET_443, WORLD_443],
    broken: ['OPEN-OUT', 'PROFILE-OPEN', 'IMDS-V1', 'IMDS-HOPS'],
  },
  {
    fixture: 'nat-gateway',
    reach: [
      SUBNET_443,
      '> subnet NatSubnet tcp 443',
      WORLD_443,
      '< subnet Subnet all',
      '< subnet NatSubnet all',
    ],
    broken: ['OPEN-OUT'],
  },
  {
    fixture: 'nat-gateway-acl',
    reach: [
      SUBNET_443,
      '> subnet NatSubnet tcp 443',
      '> internet 192.0.0.0/16 tcp 443',
      '< subnet Subnet all',
      '< subnet NatSubnet tcp 1024-65535',
    ],
    broken: [],
  },
  {
    fixture: 'nat-instance',
    reach: [SUBNET_443, '> unknown Router 0.0.0.0/0 tcp 443'],
    broken: ['OPEN-OUT'],
  },
  { fixture: 'resolver-open', reach: RESOLVER, broken: ['RESOLVER-OPEN'] },
  { fixture: 'resolver-off', reach: [], broken: [] },
  { fixture: 'resolver-firewall', reach: RESOLVER, broken: [] },
  { fixture: 'resolver-firewall-fail-open', reach: RESOLVER, broken: ['RESOLVER-OPEN'] },
  { fixture: 'resolver-firewall-allow-first', reach: RESOLVER, broken: ['RESOLVER-OPEN'] },
  { fixture: 'resolver-firewall-one-type', reach: RESOLVER, broken: ['RESOLVER-OPEN'] },
  { fixture: 'imds-v1', reach: [], broken: ['IMDS-V1', 'IMDS-HOPS'] },
  {
    fixture: 'conditions',
    reach: [
      '> subnet Subnet tcp 25, 443',
      '> internet 0.0.0.0/0 tcp 25, 443',
      '> internet 198.51.100.0/24 tcp 443',
    ],
    broken: ['OPEN-OUT'],
  },
  { fixture: 'unknown-import', reach: [SUBNET_443, WORLD_443], broken: ['OPEN-OUT'] },
  {
    fixture: 'default-group',
    reach: ['> subnet Subnet all', '> internet 0.0.0.0/0 all'],
    broken: ['OPEN-OUT', 'DEFAULT-GROUP'],
  },
  {
    fixture: 'auto-scaling-group',
    machine: 'Agents',
    reach: [SUBNET_443, '> subnet SubnetB tcp 443', WORLD_443],
    broken: ['OPEN-OUT'],
  },
  {
    fixture: 'other-interfaces',
    reach: [
      '> interface Function tcp 1-65535',
      '> interface Database tcp 1-65535',
      '> interface Broker tcp 1-65535',
      '< interface Balancer tcp 8080',
      '> subnet Subnet tcp 1-65535',
    ],
    broken: [],
  },
  {
    fixture: 'intrinsics',
    reach: ['> internet 198.51.100.0/24 tcp 443', '> internet 203.0.113.0/24 udp 53'],
    broken: [],
  },
];

describe('what a plain template lets a machine reach', () => {
  test.each(CASES.map((each) => ({ machine: 'Agent', ...each })))(
    '$fixture: $machine',
    ({ fixture: name, machine, reach, broken }) => {
      const report = reportOf(fixture(name));
      expect(linesOf(report, machine).sort()).toEqual([...reach].sort());
      expect(brokenIn(report)).toEqual(broken);
    },
  );

  test('every fixture is asserted somewhere', () => {
    const elsewhere = ['base', 'airlock-kit', 'unknown-subnet', 'default-vpc'];
    const known = new Set([...CASES.map((each) => each.fixture), ...elsewhere]);
    expect(FIXTURES.filter((name) => !known.has(name))).toEqual([]);
  });

  test('443 left open to the world is one line that names the rule and the route', () => {
    const [first] = reportOf(fixture('egress-443-open')).violations;
    expect(first?.message).toBe(
      'Agent is open to the world: tcp 443 to 0.0.0.0/0 (Group egress tcp 443 to 0.0.0.0/0; InternetRoute 0.0.0.0/0 to internet-gateway Gateway)',
    );
  });

  test('a subnet and groups outside the template are taken to lead anywhere', () => {
    const report = reportOf(fixture('unknown-subnet'));
    expect(brokenIn(report)).toEqual(['OPEN-OUT', 'OPEN-OUT-IPV6', 'OPEN-IN', 'RESOLVER-OPEN']);
    expect(report.machines[0]?.subnets).toEqual(['an unknown subnet (parameter SubnetId has no default)']);
  });

  test('an instance without a subnet is taken to be in the default VPC', () => {
    const report = reportOf(fixture('default-vpc'));
    expect(brokenIn(report)).toEqual(['OPEN-OUT', 'OPEN-OUT-IPV6', 'OPEN-IN', 'RESOLVER-OPEN', 'IMDS-V1']);
  });

  test('what was taken for granted is said', () => {
    expect(reportOf(fixture('unknown-import')).assumptions).toEqual([
      'Group.CidrIp: it is imported from another stack as partner-block; taken for any address',
    ]);
    expect(reportOf(fixture('conditions')).assumptions).toEqual([
      'parameter Enabled is taken at its default "no"',
    ]);
  });

  test('a parameter that is given is believed', () => {
    const report = reportOf(fixture('conditions'), {
      parameters: { Stage: 'live', Mailing: 'none', Enabled: 'yes' },
    });
    expect(linesOf(report)).toEqual(['> internet 198.51.100.0/24 tcp 443']);
    expect(report.machines.map((machine) => machine.id)).toContain('Never');
  });

  test('what is not computed is named', () => {
    expect(reportOf(fixture('other-interfaces')).notModelled.map((each) => each.resource)).toEqual([
      'Broker',
      'Nested',
    ]);
    const macro = { ...fixture('egress-placeholder'), Transform: ['Example::Macro'] };
    expect(reportOf(macro).notModelled).toEqual([
      expect.objectContaining({ resource: 'Transform', type: 'Example::Macro' }),
    ]);
  });

  test('each line names the controls that let it pass', () => {
    const [agent] = reportOf(fixture('egress-443-open')).machines;
    const world = agent?.destinations.find((each) => each.destination.kind === 'internet');
    expect(world?.controls).toEqual([
      { kind: 'security-group', id: 'Group', rule: 'egress tcp 443 to 0.0.0.0/0' },
      { kind: 'route', id: 'InternetRoute', rule: '0.0.0.0/0 to internet-gateway Gateway' },
      { kind: 'address', id: 'Agent', rule: 'Subnet gives public addresses' },
      {
        kind: 'network-acl',
        id: 'Vpc.DefaultNetworkAcl',
        rule: 'rule 100 Vpc.DefaultNetworkAcl out all anywhere',
      },
    ]);
  });
});
