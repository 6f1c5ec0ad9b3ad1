import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCidr } from '../../constructs/address/cidr';
import { covers } from '../../constructs/address/range';
import { PEOPLE, type Person, personOutputs } from '../../constructs/names';
import { packageRoot } from '../../constructs/package-root';
import { airlockWith } from '../support/arbitrary-airlock';
import { pinned, templateOf, wayOut } from './synthesise';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A call to AWS, as IAM judges it. */
interface Call {
  readonly action: string;
  readonly on: string;
  readonly with?: Readonly<Record<string, string>>;
}

// With a Transit Gateway, where the operator reads one thing more.
const template = templateOf(pinned(airlockWith({ network: wayOut('transit-gateway') })));

/** The template's references as literal ids; a managed policy's and a topic's reference is an ARN. */
function literal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  const { Ref, 'Fn::GetAtt': att, 'Fn::Join': join } = value as Record<string, string & [string, unknown[]]>;
  if (Ref === 'AWS::AccountId') return '111122223333';
  if (Ref) return `id-of-${Ref}`;
  if (att) return `${att[1]}-of-${att[0]}`;
  if (join) return (literal(join[1]) as string[]).join(join[0]);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, literal(each)]));
}

function policiesOf(person: Person): (readonly Statement[])[] {
  return personOutputs(person).map((output) => {
    const value = template.Outputs?.[output]?.Value as { readonly Ref: string } | undefined;
    return literal(template.Resources[value?.Ref ?? '']?.Properties.PolicyDocument.Statement) as Statement[];
  });
}

const statementsOf = (person: Person): readonly Statement[] => policiesOf(person).flat();

const listed = <T>(value: T | readonly T[]): readonly T[] => [value].flat() as T[];
const like = (pattern: string, text: string) =>
  new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's').test(text);

/** A condition that this doesn't know stops the test. */
function holds(operator: string, key: string, wanted: unknown, given: string | undefined): boolean {
  switch (operator) {
    case 'Null':
      return (given === undefined) === (wanted === 'true');
    case 'StringEquals':
    case 'ArnEquals':
    case 'NumericEquals':
    case 'Bool':
      return given !== undefined && listed(wanted).includes(given);
    case 'IpAddress': {
      const [block, address] = [parseCidr(String(wanted)), parseCidr(`${given}/32`)];
      return block && address ? covers(block.addresses, address.addresses) : false;
    }
    default:
      throw new Error(`no rule for ${operator} of ${key}`);
  }
}

function allows(person: Person, call: Call): boolean {
  const matching = statementsOf(person).filter(
    ({ Action, Resource, Condition = {} }) =>
      listed(Action).includes(call.action) &&
      listed(Resource).some((pattern) => like(String(pattern), call.on)) &&
      Object.entries(Condition).every(([operator, keys]) =>
        Object.entries(keys).every(([key, wanted]) => holds(operator, key, wanted, call.with?.[key])),
      ),
  );
  return matching.length > 0 && matching.every(({ Effect }) => Effect === 'Allow');
}

/** The actions of the commands that docs/PERMISSIONS.md gives to a person. */
function documented(person: Person): string[] {
  const rows = readFileSync(join(packageRoot(), 'docs', 'PERMISSIONS.md'), 'utf8')
    .split('\n')
    .filter((line) => line.split('|')[2]?.includes(`the ${person.replace('-', ' ')}`));
  const found = rows.join().matchAll(/`([a-z0-9-]+:[A-Z]\w+)`/g);
  return [...new Set([...found].map((match) => match[1] as string))].sort();
}

describe.each(PEOPLE)('the policy of the %s', (person) => {
  test('has what the commands of that person need, and no action more', () => {
    const allowed = statementsOf(person).filter(({ Effect }) => Effect === 'Allow');
    const actions = new Set(allowed.flatMap(({ Action }) => listed(Action)));
    expect([...actions].sort()).toEqual(documented(person));
    expect(actions.size).toBeGreaterThan(0);
  });

  /** IAM takes 6,144 characters; real ids and a long name of the stack need the rest. */
  test.each(policiesOf(person))('fits into a managed policy', (...Statement) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement });
    expect(text.length).toBeLessThan(5400);
  });
});

const EC2 = 'arn:aws:ec2:us-east-1:111122223333';
const SSM = 'arn:aws:ssm:us-east-1:111122223333:parameter/airlock/scout';
const LOGS = 'arn:aws:logs:us-east-1:111122223333:log-group:/airlock/scout/audit';
const OWN = { 'aws:ResourceTag/airlock:stack': 'airlock' };
const OTHER = { 'aws:ResourceTag/airlock:stack': 'other' };
const HOST = { ...OWN, 'aws:ResourceTag/airlock:part': 'agent-host' };
const PROXY = { ...OWN, 'aws:ResourceTag/airlock:part': 'proxy-box' };
const ADMIN = { ...HOST, 'ec2:osuser': 'admin' };
const NEW_DISK = { 'aws:RequestTag/airlock:stack': 'airlock', 'ec2:Encrypted': 'true' };
const BOX = { ...OWN, 'aws:ResourceTag/airlock:agent': 'scout' };
const ROLE = 'arn:aws:iam::111122223333:role/airlock-scoutProxyRole';
const DENIAL = { 'iam:PolicyARN': 'id-of-SessionDenial' };
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/1';
const SSM_KEY = { ...OWN, 'kms:ViaService': 'ssm.us-east-1.amazonaws.com' };
const idOf = (type: string) =>
  Object.keys(template.Resources).find((id) => template.Resources[id]?.Type === type);
const ENDPOINT = `${EC2}:instance-connect-endpoint/id-of-${idOf('AWS::EC2::InstanceConnectEndpoint')}`;
const SSH = {
  'ec2-instance-connect:remotePort': '22',
  'ec2-instance-connect:privateIpAddress': '10.64.0.5',
};
const IN_VPC = { 'ec2:Vpc': `${EC2}:vpc/id-of-${idOf('AWS::EC2::VPC')}` };
const call = (action: string, on: string, context?: Call['with']): Call => ({ action, on, with: context });

test.each<[string, Call, readonly Person[]]>([
  ['stop a machine', call('ec2:StopInstances', `${EC2}:instance/i-1`, OWN), ['operator']],
  ['stop a machine of another stack', call('ec2:StopInstances', `${EC2}:instance/i-1`, OTHER), []],
  ['stop a machine without a tag', call('ec2:StopInstances', `${EC2}:instance/i-1`), []],
  ['terminate a machine', call('ec2:TerminateInstances', `${EC2}:instance/i-1`, OWN), []],
  ['start a machine', call('ec2:StartInstances', `${EC2}:instance/i-1`, OWN), ['operator']],
  [
    'quarantine an interface',
    call('ec2:ModifyNetworkInterfaceAttribute', `${EC2}:network-interface/eni-1`, IN_VPC),
    ['operator'],
  ],
  [
    'change an interface of another VPC',
    call('ec2:ModifyNetworkInterfaceAttribute', `${EC2}:network-interface/eni-1`, {
      'ec2:Vpc': `${EC2}:vpc/vpc-2`,
    }),
    [],
  ],
  [
    'quarantine by a group of the stack',
    call('ec2:ModifyNetworkInterfaceAttribute', `${EC2}:security-group/sg-1`, { ...IN_VPC, ...OWN }),
    ['operator'],
  ],
  [
    'put an interface into a group of others in the VPC',
    call('ec2:ModifyNetworkInterfaceAttribute', `${EC2}:security-group/sg-2`, IN_VPC),
    [],
  ],
  ['snapshot a machine', call('ec2:CreateSnapshots', `${EC2}:instance/i-1`, OWN), ['operator']],
  ['snapshot a machine of another stack', call('ec2:CreateSnapshots', `${EC2}:instance/i-1`), []],
  [
    'tag evidence',
    call('ec2:CreateTags', 'arn:aws:ec2:us-east-1::snapshot/snap-1', {
      'ec2:CreateAction': 'CreateSnapshots',
    }),
    ['operator'],
  ],
  ['make an encrypted disk', call('ec2:CreateVolume', `${EC2}:volume/*`, NEW_DISK), ['operator']],
  [
    'make a plain disk',
    call('ec2:CreateVolume', `${EC2}:volume/*`, { ...NEW_DISK, 'ec2:Encrypted': 'false' }),
    [],
  ],
  ['make a disk without a tag', call('ec2:CreateVolume', `${EC2}:volume/*`, { 'ec2:Encrypted': 'true' }), []],
  [
    'tag a new disk',
    call('ec2:CreateTags', `${EC2}:volume/vol-1`, { 'ec2:CreateAction': 'CreateVolume' }),
    ['operator'],
  ],
  ['change the tags of a disk', call('ec2:CreateTags', `${EC2}:volume/vol-1`, OWN), []],
  [
    "replace an agent host's root disk",
    call('ec2:CreateReplaceRootVolumeTask', `${EC2}:instance/i-1`, HOST),
    ['operator'],
  ],
  [
    "replace a proxy box's root disk",
    call('ec2:CreateReplaceRootVolumeTask', `${EC2}:instance/i-1`, PROXY),
    [],
  ],
  [
    "replace a root disk of another stack's",
    call('ec2:CreateReplaceRootVolumeTask', `${EC2}:instance/i-1`, { ...HOST, ...OTHER }),
    [],
  ],
  ['tunnel to an agent host', call('ec2-instance-connect:OpenTunnel', ENDPOINT, SSH), ['operator']],
  [
    'tunnel to a proxy box',
    call('ec2-instance-connect:OpenTunnel', ENDPOINT, {
      ...SSH,
      'ec2-instance-connect:privateIpAddress': '10.64.4.5',
    }),
    [],
  ],
  [
    'tunnel to another port',
    call('ec2-instance-connect:OpenTunnel', ENDPOINT, { ...SSH, 'ec2-instance-connect:remotePort': '8080' }),
    [],
  ],
  ['tunnel through another endpoint', call('ec2-instance-connect:OpenTunnel', `${ENDPOINT}2`, SSH), []],
  [
    'enter an agent host',
    call('ec2-instance-connect:SendSSHPublicKey', `${EC2}:instance/i-1`, ADMIN),
    ['operator'],
  ],
  [
    'enter a proxy box',
    call('ec2-instance-connect:SendSSHPublicKey', `${EC2}:instance/i-1`, { ...ADMIN, ...PROXY }),
    [],
  ],
  [
    'enter a machine of another stack',
    call('ec2-instance-connect:SendSSHPublicKey', `${EC2}:instance/i-1`, { ...ADMIN, ...OTHER }),
    [],
  ],
  [
    'enter as another user',
    call('ec2-instance-connect:SendSSHPublicKey', `${EC2}:instance/i-1`, { ...ADMIN, 'ec2:osuser': 'root' }),
    [],
  ],
  ['detach a disk', call('ec2:DetachVolume', `${EC2}:volume/vol-1`, OWN), []],
  ['delete a disk', call('ec2:DeleteVolume', `${EC2}:volume/vol-1`, OWN), []],
  ['change the tags of a machine', call('ec2:CreateTags', `${EC2}:instance/i-1`, OWN), []],
  ['change the tags of a snapshot', call('ec2:CreateTags', 'arn:aws:ec2:us-east-1::snapshot/snap-1'), []],
  ["deny a proxy box's sessions", call('iam:AttachRolePolicy', ROLE, { ...BOX, ...DENIAL }), ['operator']],
  [
    'give a proxy box another policy',
    call('iam:AttachRolePolicy', ROLE, {
      ...BOX,
      'iam:PolicyARN': 'arn:aws:iam::aws:policy/AdministratorAccess',
    }),
    [],
  ],
  ['change a role of no agent', call('iam:AttachRolePolicy', ROLE, { ...OWN, ...DENIAL }), []],
  ['write a policy', call('iam:PutRolePolicy', ROLE, BOX), []],
  ['record a containment', call('ssm:PutParameter', `${SSM}/containment`), ['operator']],
  ['record a drill', call('ssm:PutParameter', `${SSM}/drill`), ['operator']],
  ['set a secret', call('ssm:PutParameter', `${SSM}/github-read-pat`), ['secrets-officer']],
  [
    'see when a secret was set',
    call('ssm:GetParameterHistory', `${SSM}/github-read-pat`),
    ['secrets-officer'],
  ],
  ['set a secret of another stack', call('ssm:PutParameter', SSM.replace('/airlock/', '/airlock-2/')), []],
  ["read warden's lines", call('logs:GetLogEvents', `${LOGS}:log-stream:warden`), ['secrets-officer']],
  ["read an agent's requests", call('logs:GetLogEvents', `${LOGS}:log-stream:iron-proxy`), []],
  ['grant a rule', call('ssm:PutParameter', `${SSM}/grants/release-delete`), ['approver']],
  ['end a grant', call('ssm:DeleteParameter', `${SSM}/grants/release-delete`), ['operator']],
  ['delete a secret', call('ssm:DeleteParameter', `${SSM}/github-read-pat`), []],
  [
    'see who granted it',
    call('ssm:GetParameterHistory', `${SSM}/grants/release-delete`),
    ['approver', 'secrets-officer'],
  ],
  ['read the deployed policy', call('ssm:GetParameters', `${SSM}/policy/1`), ['operator', 'approver']],
  ['read the records', call('logs:FilterLogEvents', LOGS), ['operator', 'approver']],
  ['encrypt a secret', call('kms:Encrypt', KEY, SSM_KEY), ['secrets-officer']],
  ['decrypt a secret', call('kms:Decrypt', KEY, SSM_KEY), []],
  ['read a secret', call('ssm:GetParameter', `${SSM}/github-read-pat`), []],
  ["change an agent's policy", call('ssm:PutParameter', `${SSM}/policy/1`), []],
  ["change a proxy box's manifest", call('ssm:PutParameter', `${SSM}/box`), []],
  ['change a certificate authority', call('ssm:PutParameter', `${SSM}/ca/private-key`), []],
  [
    'read the outputs',
    call('cloudformation:DescribeStacks', 'arn:aws:cloudformation:us-east-1:111122223333:stack/airlock/1'),
    ['operator', 'approver'],
  ],
  [
    'read the outputs of another stack',
    call('cloudformation:DescribeStacks', 'arn:aws:cloudformation:us-east-1:111122223333:stack/airlock-2/1'),
    [],
  ],
])('who may %s', (_, each, people) => {
  expect(PEOPLE.filter((person) => allows(person, each))).toEqual(people);
});

test('without an Instance Connect Endpoint nobody may open a shell', () => {
  const closed = templateOf(pinned(airlockWith({ access: 'none' })));
  expect(JSON.stringify(closed)).not.toMatch(/ec2-instance-connect|InstanceConnectEndpoint/);
});
