import { servicesWith } from '../support/aws';
import { configDirectory } from './config-directory';
import { airlock } from './fake-terminal';

const VPC = 'vpc-1';
const machine = (agent: string, part: string, state = 'running') => ({
  InstanceId: `i-${agent}-${part}`,
  VpcId: VPC,
  State: { Name: state },
  Tags: [
    { Key: 'airlock:agent', Value: agent },
    { Key: 'airlock:part', Value: part },
  ],
});
const MACHINES = [machine('scout', 'agent-host'), machine('scout', 'proxy-box')];
const ENDPOINT = { InstanceConnectEndpointId: 'eice-1', State: 'create-complete' };

async function connect(
  words: readonly string[],
  of: { machines?: object[]; endpoints?: object[]; status?: number | null } = {},
) {
  const { machines = MACHINES, endpoints = [ENDPOINT], status = 0 } = of;
  const asked: object[] = [];
  const services = servicesWith((operation, input) => {
    asked.push(input);
    return operation === 'DescribeInstances'
      ? { Reservations: [{ Instances: machines }] }
      : { InstanceConnectEndpoints: endpoints };
  });
  const ran: (readonly string[])[] = [];
  const session = async (command: readonly string[]) => {
    ran.push(command);
    return status ?? undefined;
  };
  const argv = ['connect', ...words, '--config', configDirectory()];
  return { ...(await airlock(argv, status === -1 ? {} : { session }, services)), ran, asked };
}

test.each([
  [[], 'agent-host', 'admin', []],
  [['--proxy'], 'proxy-box', 'ec2-user', []],
  [['--profile', 'staging'], 'agent-host', 'admin', ['--profile', 'staging']],
])(
  'NET-5 connect %j opens one session through the endpoint, without a key file',
  async (words, part, user, more) => {
    const { exitCode, stdout, ran, asked } = await connect(['scout', ...words]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(ran.map((each) => each.join(' '))).toEqual([
      [
        `aws ec2-instance-connect ssh --instance-id i-scout-${part} --os-user ${user}`,
        '--connection-type eice --eice-options endpointId=eice-1 --region us-east-1',
        ...more,
      ].join(' '),
    ]);
    expect(asked[1]).toEqual({ Filters: [{ Name: 'vpc-id', Values: [VPC] }] });
  },
);

test.each([['--print'], ['--json']])('connect %s only prints the command', async (option) => {
  const { exitCode, stdout, ran } = await connect(['scout', option]);
  expect({ exitCode, ran }).toEqual({ exitCode: 0, ran: [] });
  expect(stdout).toContain('ec2-instance-connect');
});

test.each<[string, string, Parameters<typeof connect>[1], RegExp]>([
  [
    'no endpoint',
    'scout',
    { endpoints: [] },
    /^error: vpc-1 has no EC2 Instance Connect Endpoint: write "access/u,
  ],
  [
    'an endpoint that is being deleted',
    'scout',
    { endpoints: [{ ...ENDPOINT, State: 'delete-in-progress' }] },
    /has no EC2 Instance Connect Endpoint/u,
  ],
  ['a mistyped agent', 'scuot', {}, /machines of scout; did you mean "scout"\?$/mu],
  [
    'a stopped machine',
    'scout',
    { machines: [machine('scout', 'agent-host', 'stopped')] },
    /is stopped: a cont/u,
  ],
  ['no AWS CLI', 'scout', { status: null }, /the AWS CLI is not installed/u],
  ['a session that AWS refuses', 'scout', { status: 255 }, /ended with status 255/u],
  ['no terminal', 'scout', { status: -1 }, /needs a terminal; print the command with --print/u],
])('connect says what is wrong: %s', async (_, agent, of, message) => {
  const { exitCode, stdout, stderr } = await connect([agent], of);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toMatch(message);
});
