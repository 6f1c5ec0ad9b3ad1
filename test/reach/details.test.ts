import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { edited } from '../support/broken';
import { brokenIn, fixture, type Json, linesOf, reportOf } from './support';

/** Only a deployment decides this condition. */
const MAYBE = {
  Parameters: { Stage: { Type: 'String' } },
  Conditions: { Maybe: { 'Fn::Equals': [{ Ref: 'Stage' }, 'x'] } },
};
const FILE = readFileSync(join(__dirname, '../fixtures/reach-details.yaml'), 'utf8');
const CASES = Object.entries<Json>(parse(FILE)).map(
  ([law, { template, machine, has = [], lacks = [], ...edits }]) => ({
    law,
    template,
    edits,
    machine,
    has,
    lacks,
  }),
);

function changed(name: string, edits: Json): Json {
  return edited({ ...fixture(name), ...MAYBE }, edits);
}

describe('what AWS does in detail', () => {
  test.each(CASES)('$law', ({ template, machine, edits, has, lacks }) => {
    const lines = linesOf(reportOf(changed(template, edits)), machine);
    expect(lines).toEqual(expect.arrayContaining(has));
    for (const line of lacks) expect(lines).not.toContain(line);
  });

  test('what is lacking above is there without the change', () => {
    for (const { template, machine, lacks } of CASES) {
      const known = linesOf(reportOf(fixture(template)), machine);
      const invented = [
        '> internet 192.168.0.0/16',
        'connect-endpoint',
        'machine Other',
        'one-way',
        'interface Second',
      ];
      const real = lacks.filter((line: string) => !invented.some((part) => line.includes(part)));
      expect(known).toEqual(expect.arrayContaining(real));
    }
  });

  test('a firewall association that may not be deployed is a finding', () => {
    const template = changed('resolver-firewall', { Association: { Condition: 'Maybe' } });
    expect(brokenIn(reportOf(template))).toEqual(['RESOLVER-OPEN']);
  });

  test('a machine whose metadata service is off is not blamed for it', () => {
    const { violations, machines } = reportOf(fixture('imds-v1'));
    expect(violations.map((each) => each.resource)).toEqual(['Agent', 'Agent']);
    const silent = machines.find((machine) => machine.id === 'Silent');
    expect(silent?.destinations.map((each) => each.destination.kind)).toEqual(['time-sync']);
  });

  test('the whole internet less a little is still the world, and less than a /8 is not', () => {
    const opened = (cidr: string) =>
      brokenIn(
        reportOf(
          changed('egress-443-open', { 'Group.SecurityGroupEgress': [{ IpProtocol: '-1', CidrIp: cidr }] }),
        ),
      ).includes('OPEN-OUT');
    expect(opened('128.0.0.0/1')).toBe(true);
    expect(opened('52.0.0.0/8')).toBe(true);
    expect(opened('52.0.0.0/9')).toBe(false);
  });

  test('more rules than can be held against each other are refused', () => {
    const rules = Array.from({ length: 5000 }, (_, port) => ({
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      CidrIp: '10.0.0.0/8',
    }));
    const template = changed('egress-443-open', {
      'Group.SecurityGroupEgress': rules,
      'Group.SecurityGroupIngress': rules,
    });
    expect(() => reportOf(template)).toThrow(
      /25000000 pairs of security group rules are more than the 20000000/,
    );
  });
});
