import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { FIXTURES } from '../support/templates';
import { brokenIn, fixture, linesOf, reportOf } from './support';

const WRITTEN: Record<string, Record<string, string[]>> = parse(
  readFileSync(join(__dirname, '../fixtures/reach-lines.yaml'), 'utf8'),
);
const CASES = Object.entries(WRITTEN).flatMap(([name, { broken, ...machines }]) =>
  Object.entries(machines).map(([machine, lines]) => ({ name, machine, lines, broken })),
);

describe('what a plain template lets a machine reach', () => {
  test.each(CASES)('$name: $machine', ({ name, machine, lines, broken }) => {
    const report = reportOf(fixture(name));
    expect(linesOf(report, machine).sort()).toEqual(lines.sort());
    expect(brokenIn(report)).toEqual(broken);
  });

  test('every fixture is asserted somewhere', () => {
    const elsewhere = ['base', 'unknown-subnet', 'default-vpc'];
    const known = new Set([...CASES.map(({ name }) => name), ...elsewhere]);
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

  test('each assumption is in the report', () => {
    expect(reportOf(fixture('unknown-import')).assumptions).toEqual([
      'Group.CidrIp: it is imported from another stack as partner-block; assumed: any address',
    ]);
    expect(reportOf(fixture('conditions')).assumptions).toEqual([
      'parameter Enabled is assumed at its default "no"',
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
