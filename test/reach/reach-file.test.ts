import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reachFile } from '../../lib/operations/reach';
import { parseTemplate } from '../../lib/reach';
import { fixture } from '../support/templates';
import { temporary } from '../support/temporary';

let directory = '';
beforeAll(() => {
  directory = temporary();
});

function written(content: string | Buffer): string {
  const file = join(directory, 'template');
  writeFileSync(file, content);
  return file;
}

const YAML = `
AWSTemplateFormatVersion: 2010-09-09
Conditions:
  Open: !Equals [!Ref AWS::Region, us-east-1]
Resources:
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16, EnableDnsSupport: false } }
  Subnet:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: !Select [0, !Cidr [!GetAtt Vpc.CidrBlock, 1, 8]]
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      SecurityGroupEgress:
        - !If [Open, { IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: !Sub '\${Vpc.CidrBlock}' }, !Ref AWS::NoValue]
  Agent:
    Type: AWS::EC2::Instance
    Properties:
      SubnetId: !Ref Subnet
      SecurityGroupIds: [!GetAtt Group.GroupId]
      MetadataOptions: { HttpTokens: required, HttpPutResponseHopLimit: 1 }
`;

describe('a template file', () => {
  test('one that breaks nothing, and one that does', () => {
    expect(reachFile(written(JSON.stringify(fixture('egress-placeholder')))).reason).toBe('kept');
    expect(reachFile(written(JSON.stringify(fixture('egress-443-open')))).reason).toBe('broken');
  });

  test("YAML with CloudFormation's short forms", () => {
    const result = reachFile(written(YAML));
    expect(result).toMatchObject({
      reason: 'kept',
      report: { machines: [{ id: 'Agent', subnets: ['Subnet'] }] },
    });
    const [agent] = result.reason === 'kept' ? result.report.machines : [];
    expect(agent?.destinations[0]).toMatchObject({
      destination: { kind: 'subnet' },
      protocol: 'tcp',
      ports: [[443, 443]],
    });
  });

  test('a ruler of dashes is no depth', () => {
    expect(parseTemplate(`# ${'-'.repeat(100)}\nResources: {}`)).toEqual({
      ok: true,
      template: { Resources: {} },
    });
  });

  test('a byte order mark is no content', () => {
    expect(parseTemplate('\uFEFF{"Resources":{}}')).toEqual({ ok: true, template: { Resources: {} } });
  });

  test.each<[string, string | Buffer, RegExp]>([
    [
      'no template at all',
      'hello',
      /not a CloudFormation template: the template must be an object with "Resources", not a string$/,
    ],
    [
      'nothing',
      '',
      /not a CloudFormation template: the template must be an object with "Resources", not null$/,
    ],
    ['broken JSON', '{"Resources": {', /not JSON and not YAML: /],
    ['tabs', 'Resources:\n\tA: 1', /not JSON and not YAML: .*tab/i],
    ['a key twice', 'Resources: {}\nResources: {}', /not JSON and not YAML: Map keys must be unique/],
    ['aliases', 'Resources: &a\n  B: *a', /aliases are not allowed in CloudFormation templates/],
    ['a key that is no text', 'Resources: { [1, 2]: 3 }', /a key must be a text/],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe]), /it is not UTF-8 text$/],
    ['depth', `{"Resources":${'['.repeat(200_000)}`, /not JSON and not YAML: it is nested too deeply$/],
    [
      'size',
      Buffer.alloc(5_000_000, 0x20),
      /it has 5000000 bytes; CloudFormation takes templates of up to 1048576$/,
    ],
  ])('%s is one clear message', (_name, content, message) => {
    const result = reachFile(written(content));
    expect(result).toEqual({ reason: 'unreadable', message: expect.stringMatching(message) });
    expect(result.reason === 'unreadable' && result.message.includes('\n')).toBe(false);
  });

  test('what is no readable file is one clear message', () => {
    const loop = join(directory, 'loop');
    symlinkSync(loop, loop);
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const message = (file: string) => reachFile(file) as { message: string };
    expect(message(join(directory, 'none')).message).toMatch(/it does not exist: run "npx cdk synth" first/);
    expect(message(directory).message).toMatch(/it is not a file: pass a template, JSON or YAML$/);
    expect(message(loop).message).toMatch(/its symbolic links lead in a circle$/);
    expect(message(pipe).message).toMatch(/it is not a file/);
    expect(message('\0').message).toMatch(/it can't be read/);
  });
});
