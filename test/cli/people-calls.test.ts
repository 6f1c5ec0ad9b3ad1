import { PEOPLE, type Person, personOutputs } from '../../constructs/names';
import { createContext } from '../../lib/cli/context';
import { createProgram } from '../../lib/cli/program';
import type { Services } from '../../lib/cli/services';
import { awsOf, type Clients } from '../../lib/operations/aws';
import { verify } from '../../lib/operations/verify';
import { VERIFY_CHECKS } from '../../lib/operations/verify/checks';
import { pinned, templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { FakeAws } from '../support/fake-aws';
import { configDirectory } from './config-directory';
import { airlock, terminal } from './fake-terminal';
import { leaves } from './leaves';

const template = templateOf(pinned(kitAirlock()));
const config = configDirectory();
const DESPITE = ['--despite', ...VERIFY_CHECKS.map(({ id }) => id)].join(' ');
const SNAPSHOT = `snap-${'1'.repeat(17)}`;

/** What reads the records of an agent, and changes nothing in the account. */
const READS_RECORDS = [
  'audit scout --denied',
  'audit scout --verify',
  'watch replay scout --signal refusals',
  'learn scout',
  'baseline show scout',
  'baseline ratify scout',
];

/** The commands of each person that call AWS, with the flags that change a call, each after what it needs. */
const COMMANDS: Readonly<Record<Person, readonly string[]>> = {
  operator: [
    'status',
    'verify',
    'rebuild scout --dry-run',
    'rebuild scout --image ami-0123456789abcdef0',
    `rebuild scout --state-from ${SNAPSHOT}`,
    'contain scout --dry-run',
    'contain scout --keep-running',
    `release scout --because test ${DESPITE}`,
    'drill scout',
    'connect scout',
    ...READS_RECORDS,
    'review scout',
    'outputs',
    'contain --all',
  ],
  approver: [
    'grants scout',
    'grant scout release-delete --for 15m --because test --dry-run',
    'grant scout release-delete --for 15m --because test --count 1 --path /repos/ironsh/iron-proxy/releases/1',
    'revoke scout release-delete',
    ...READS_RECORDS,
    'outputs',
  ],
  'secrets-officer': [
    'secrets put scout github-read-pat --strip-newline',
    'secrets rotate scout github-read-pat --strip-newline',
    'secrets list',
  ],
};

/** docs/PERMISSIONS.md says who needs what for these: a proxy box's disk and shell lead to its secrets. The console runs the other commands. */
const OF_OTHERS = [
  ...[
    'audit --archive',
    'connect --proxy',
    'rebuild --proxy',
    'console',
    'images pin',
    'preflight',
    'retained',
    'secrets carry',
  ],
];
/** They change no call: what is printed or read on this machine, which stack, how far back, how often. */
const SAME_CALLS = [
  ...['--stack', '--region', '--profile', '--config', '--json', '--output', '--format', '--print'],
  ...['--since', '--follow', '--file', '--body'],
];

test('every command that calls AWS is simulated with each of its flags, or is nobody’s of the three', () => {
  const missing = leaves(createProgram(createContext(terminal(), {} as Services), [])).flatMap(
    ([words, { options }]) => {
      const name = words.join(' ');
      const flags = options.flatMap(({ long }) => long ?? []);
      if (!flags.includes('--profile') || OF_OTHERS.includes(name)) return [];
      const runs = Object.values(COMMANDS)
        .flat()
        .filter((line) => `${line} `.startsWith(`${name} `));
      if (runs.length === 0) return [name];
      return flags
        .filter((flag) => !SAME_CALLS.includes(flag) && !runs.some((line) => line.split(' ').includes(flag)))
        .map((flag) => `${name} ${flag}`)
        .filter((each) => !OF_OTHERS.includes(each));
    },
  );
  expect(missing).toEqual([]);
});

test('verify: without one permission, the checks that need it say so, and no other changes', async () => {
  // The proof of the template takes seconds and asks AWS nothing.
  const checks = VERIFY_CHECKS.filter(({ id }) => id !== 'deployment');
  const result = async (denied?: string) => {
    const aws = new FakeAws(template);
    if (denied) aws.denied.add(denied);
    const input = { aws: awsOf(aws.services() as Clients, 'us-east-1'), stack: 'airlock', agent: 'scout' };
    const found = await verify(
      { ...input, airlock: kitAirlock(), now: new Date('2026-01-02T03:04:05Z') },
      checks,
    );
    const lines = 'lines' in found ? found.lines : [];
    return { lines, calls: new Set(aws.calls.map(({ call }) => call)) };
  };
  const before = await result();
  expect(before.lines.filter((line) => line.result === 'no answer')).toEqual([]);
  // Without these there is nothing to compare with.
  const whole = [
    'cloudformation:DescribeStacks',
    'cloudformation:GetTemplate',
    'cloudformation:ListStackResources',
  ];
  const calls = [...before.calls].filter((call) => !whole.includes(call) && !call.startsWith('sts:'));
  expect(calls.length).toBeGreaterThan(24);
  for (const call of calls) {
    const { lines } = await result(call);
    const action = call.startsWith('budgets:') ? 'budgets:ViewBudget' : call;
    const silent = lines.filter((line) => line.result === 'no answer');
    expect({ call, silent: silent.length > 0 }).toEqual({ call, silent: true });
    for (const each of silent) expect('fix' in each && each.fix).toContain(`the permission ${action}`);
    const others = (all: typeof lines) => all.filter(({ id }) => !silent.some((each) => each.id === id));
    expect(others(lines)).toEqual(others(before.lines));
  }
});

type Call = FakeAws['calls'][number];

/** The actions that IAM asks for at a call (Service Authorization Reference; each service's guide for its keys). */
function actionsOf({ call, input }: Call): string[] {
  const tagged = input.TagSpecifications === undefined ? [] : ['ec2:CreateTags'];
  switch (call) {
    case 'sts:GetCallerIdentity':
      return [];
    case 'budgets:DescribeBudgets':
    case 'budgets:DescribeNotificationsForBudget':
    case 'budgets:DescribeSubscribersForNotification':
      return ['budgets:ViewBudget'];
    case 'sns:Publish':
      return [call, 'kms:Decrypt', 'kms:GenerateDataKey'];
    case 'ec2:StartInstances':
      return [call, 'kms:CreateGrant'];
    case 'ec2:DescribeInstanceConnectEndpoints':
      // The AWS CLI makes the other two (AWS CLI reference, `ec2-instance-connect ssh`).
      return [call, 'ec2-instance-connect:OpenTunnel', 'ec2-instance-connect:SendSSHPublicKey'];
    case 'ec2:CreateVolume':
      return [call, ...tagged, 'kms:GenerateDataKeyWithoutPlaintext'];
    case 'ssm:PutParameter':
      return input.KeyId === undefined ? [call] : [call, 'kms:Encrypt'];
    default:
      return [call, ...tagged];
  }
}

function allowed(person: Person): Set<string> {
  const statements = personOutputs(person).flatMap((output) => {
    const value = template.Outputs?.[output]?.Value as { readonly Ref: string } | undefined;
    return template.Resources[value?.Ref ?? '']?.Properties.PolicyDocument.Statement as {
      Effect: string;
      Action: string | string[];
    }[];
  });
  return new Set(statements.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : [])));
}

function run(aws: FakeAws, words: readonly string[]) {
  const stdin = async () => Buffer.from('a value');
  const argv = [...words, '--config', config, '--json'];
  return airlock(argv, { stdin, now: () => new Date() }, aws.services());
}

/** Made by hand, or by what only some shapes of a stack have: no command of this stack needs them. */
const OF_OTHER_SHAPES: Readonly<Record<Person, readonly string[]>> = {
  operator: [],
  approver: [],
  'secrets-officer': [],
};

test.each(PEOPLE)(
  'the policy of the %s allows each call of its commands, and no other action',
  async (person) => {
    const aws = new FakeAws(template);
    aws.grants.set('/airlock/scout/grants/release-delete', '{}');
    for (const line of COMMANDS[person]) {
      const before = aws.calls.length;
      const { stdout, stderr } = await run(aws, line.split(' '));
      expect(`${line} makes ${aws.calls.length > before ? 'some calls' : 'none'}`).toContain('some calls');
      // Here the volume's snapshot is never complete, and there are no records: the calls are made, and the command says to wait.
      expect(`${line}: ${stdout}${stderr}`).not.toMatch(
        /"error": "(?!snap-1+ is in state pending|the records of scout reach back 0)|"state": "(failed|unconfirmed)"/,
      );
    }
    const needed = new Set(aws.calls.flatMap(actionsOf));
    expect([...needed, ...OF_OTHER_SHAPES[person]].sort()).toEqual([...allowed(person)].sort());
  },
);
