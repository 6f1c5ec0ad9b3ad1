import { reachTable } from '../../lib/reach';
import { shippedId } from '../support/broken';
import { fixture, KIT, reportOf } from './support';

const table = (name: string) => reachTable(reportOf(fixture(name)));

describe('the table', () => {
  test('says what a machine reaches, by which control, and what is broken', () => {
    expect(table('egress-443-open')).toEqual([
      'instance: Agent, public address (Subnet gives public addresses), instance profile Profile',
      '  reaches',
      '    subnet Subnet       tcp 443  group Group',
      '    internet 0.0.0.0/0  tcp 443  group Group; network ACL Vpc.DefaultNetworkAcl; route InternetRoute; Subnet',
      '                                 gives public addresses',
      '    instance metadata   tcp 80   IMDSv2 only, hop limit 1',
      '    Amazon Time Sync    udp 123  on every link, never filtered',
      '  is reached by: nothing',
      '',
      '2 findings: invariants are broken',
      '  OPEN-OUT      Agent is open to the world: tcp 443 to 0.0.0.0/0 (Group egress tcp 443 to 0.0.0.0/0; InternetRoute 0.0.0.0/0 to internet-gateway Gateway)',
      '                fix: name the destinations it needs, or let it reach nothing but an egress proxy',
      '  PROFILE-OPEN  Agent has the instance profile Profile and an open way out: its credentials can leave',
      '                fix: remove the profile, or close the way out',
    ]);
  });

  test("names the kit's machines by their part and agent", () => {
    const lines = reachTable(reportOf(KIT));
    const host = `agent-host of scout: ${shippedId(KIT, 'scoutHostInstance')}, no public address, no instance profile`;
    const rows = lines.slice(lines.indexOf(host));
    expect(rows[2]).toMatch(
      /^ {4}proxy-box of scout {2}tcp 53, 80, 443, 8080, udp 53 {2}groups scoutGroupsAgentHost/,
    );
    expect(lines.at(-1)).toBe('no invariant is broken');
  });

  test('marks a rule nobody wrote, traffic without replies and replies to few ports', () => {
    expect(table('egress-default-forgotten').join('\n')).toContain('group Group (default: none written)');
    expect(table('nacl-replies-partly').join('\n')).toContain('tcp 443 (one way)');
    expect(table('nacl-blocks-replies').join('\n')).toContain('tcp 443 (from ports 443)');
  });

  test('many blocks by the same controls are one row', () => {
    const open = (count: number) => {
      const copy = structuredClone(fixture('egress-443-open'));
      copy.Resources.Group.Properties.SecurityGroupEgress = Array.from({ length: count }, (_, index) => {
        const CidrIp = `198.51.${index}.0/24`;
        return { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp };
      });
      return reachTable(reportOf(copy)).filter((line) => line.includes('internet 198.51.'));
    };
    expect(open(4)).toHaveLength(4);
    expect(open(5)).toEqual([
      expect.stringMatching(/^ +internet 198\.51\.0\.0\/24 and 4 more blocks +tcp 443/),
    ]);
  });

  test('lists what is not computed and what was assumed', () => {
    expect(table('other-interfaces')).toContain('not computed');
    expect(table('unknown-import')).toContain('assumed');
  });

  test('a template without machines says so', () => {
    expect(reachTable(reportOf({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }))).toEqual([
      'no machine in this template',
      '',
      'no invariant is broken',
    ]);
  });

  test('a long name gets a line of its own', () => {
    const long = 'A'.repeat(60);
    const template = JSON.parse(JSON.stringify(fixture('groups-union')).replaceAll('Server', long));
    expect(reachTable(reportOf(template))).toContain(`    ${long}`);
  });
});
