import { ONLY_AWS_SHOWS } from '../../lab/aws/check';
import { CHECKS, only } from '../../lab/aws/checks';
import { FIRST } from '../../lab/aws/configuration';
import { fakeTrial, goodWorld, instance, refused, type World } from './fake-trial';

interface Change {
  readonly aws?: World['aws'];
  readonly inside?: World['inside'];
  readonly airlock?: World['airlock'];
}

const NEVER = { Datapoints: [] };
const moved = { 'ec2 describe-instances': replacedBy((deployments) => deployments) };

function replacedBy(times: (deployments: number) => number) {
  return (input: never, { deployments }: World) => ({
    Reservations: [{ Instances: [instance(input, times(deployments))] }],
  });
}

const GONE: Change = {
  aws: { 'cloudformation describe-stacks': refused('ValidationError'), 'ec2 describe-instances': {} },
};
const kinds = (...left: string[]) => ({
  airlock: { retained: { leftovers: left.map((kind) => ({ kind })) } },
});

/** What has to be there for a check to pass, besides the good world. */
const BEFORE: Readonly<Record<string, Change>> = {
  destroy: GONE,
};

/** Each check meets what it is there to find. */
const CASES: readonly [check: string, what: string, change: Change, evidence: RegExp][] = [
  [
    'account',
    'a quota is too low',
    {
      airlock: {
        preflight: { checks: [{ id: 'quota-L-1216C47A', result: 'fail', reason: 'the quota is 5' }] },
      },
    },
    /the quota is 5/,
  ],
  [
    'account',
    'a check meant for agents passes for it',
    { airlock: { preflight: { checks: [{ id: 'pins', result: 'fail', reason: 'x' }] } } },
    /pins: x/,
  ],
  [
    'deploy',
    'the stack was rolled back',
    { aws: { 'cloudformation describe-stacks': 'ROLLBACK_COMPLETE' } },
    /ROLLBACK/,
  ],
  ['root-device', 'another device is the root', { aws: { 'ec2 describe-instances': otherRoot } }, /3 disks/],
  [
    'root-device',
    "the image's own disk is the root",
    { aws: { 'ec2 describe-volumes': { Volumes: [{ Size: 3, Encrypted: false }] } } },
    /3 GiB, not encrypted/,
  ],
  ['agent-boot', 'its unit never starts', { inside: { 'is-active agent.service': 'inactive' } }, /in vain/],
  [
    'agent-boot',
    'nobody gets in',
    { inside: { 'is-active agent.service': throws('ssh ended with 255') } },
    /in vain/,
  ],
  ['proxy-boot', 'no health is reported', { aws: { 'cloudwatch get-metric-statistics': NEVER } }, /in vain/],
  [
    'proxy-boot',
    "warden's log isn't delivered",
    { aws: { 'logs describe-log-streams': { logStreams: [{ logStreamName: 'boot' }] } } },
    /streams boot/,
  ],
  ['proxy-boot', 'the log agent runs as root', { inside: { MainPID: 'root\n2' } }, /as root/],
  ['proxy-boot', 'the log agent keeps no state', { inside: { MainPID: 'cwagent\n0' } }, /0 state files/],
  [
    'memory',
    'too little is left',
    { inside: { 'free -m': 'available 12\nswap 0\nkilled 0' } },
    /available 12/,
  ],
  [
    'memory',
    'something was killed',
    { inside: { 'free -m': 'available 400\nswap 0\nkilled 2' } },
    /killed 2/,
  ],
  ['memory', 'the box says something else', { inside: { 'free -m': 'command not found' } }, /not found/],
  [
    'kernel-settings',
    'a key is unknown',
    { inside: { 'sysctl -n': 'net.ipv4.ip_forward unknown' } },
    /ip_forward unknown, not 0/,
  ],
  [
    'path-mtu',
    'a large request hangs',
    { inside: { "/markdown'": '0 0 TimeoutError timed out' } },
    /TimeoutError/,
  ],
  ['path-mtu', 'a large answer is cut off', { inside: { "/meta'": '200 1400' } }, /1400 bytes/],
  ['secret', 'the request leaves without it', { inside: { "/zen'": '200 20' } }, /the request left/],
  ['secret', 'it is never used', { inside: { "/zen'": '403 60' } }, /in vain/],
  [
    'secret',
    'it is put and the request goes without it',
    { inside: { "/zen'": (_: never, { done }: World) => (done.length > 0 ? '200 20' : '403 60') } },
    /answers 200/,
  ],
  ['audit', 'the line never arrives', { aws: { 'logs filter-log-events': { events: [] } } }, /in vain/],
  [
    'audit',
    'the line arrives late',
    {
      aws: { 'logs filter-log-events': { events: [{ ingestionTime: Date.parse('2026-11-27T12:02:00Z') }] } },
    },
    /120 s/,
  ],
  ['audit', 'the request passes', { inside: { '/refused-': '200 60' } }, /status 200/],
  [
    'flow-logs',
    'delivery fails',
    {
      aws: {
        'ec2 describe-flow-logs': {
          FlowLogs: [{ DeliverLogsStatus: 'FAILED', DeliverLogsErrorMessage: 'Access error' }],
        },
      },
    },
    /Access error/,
  ],
  ['flow-logs', 'no record arrives', { aws: { 'logs filter-log-events': { events: [] } } }, /in vain/],
  ['budgets', 'one is missing', { aws: { 'budgets describe-budgets': { Budgets: [] } } }, /0 budgets/],
  [
    'budgets',
    'one has no filter',
    {
      aws: {
        'budgets describe-budgets': {
          Budgets: [
            { BudgetName: 'airlock-try-0123abcd-total' },
            { BudgetName: 'airlock-try-0123abcd-probe' },
          ],
        },
      },
    },
    /none filtered by/,
  ],
  ['dns', 'the resolver answers', { inside: { 'socket.SOCK_DGRAM': 'code 0 answers 1' } }, /answers 1/],
  ['dns', 'the question is not logged', { aws: { 'logs filter-log-events': { events: [] } } }, /query log/],
  [
    'dns',
    'the alarm stays quiet',
    { aws: { 'cloudwatch describe-alarm-history': { AlarmHistoryItems: [] } } },
    /rings/,
  ],
  ['dns', 'nothing watches', { aws: { 'cloudwatch describe-alarms-for-metric': {} } }, /no alarm/],
  ['health-alarm', 'it never rings', { aws: { 'cloudwatch describe-alarm-history': {} } }, /rings/],
  [
    'health-alarm',
    'it never clears',
    {
      aws: {
        'cloudwatch describe-alarm-history': {
          AlarmHistoryItems: [
            { Timestamp: '2026-11-27T12:04:00Z', HistorySummary: 'Alarm updated from OK to ALARM' },
          ],
        },
      },
    },
    /clears/,
  ],
  [
    'health-alarm',
    'it rings from the start',
    {
      aws: {
        'cloudwatch describe-alarms-for-metric': { MetricAlarms: [{ AlarmName: 'a', StateValue: 'ALARM' }] },
      },
    },
    /quiet/,
  ],
  ['state', 'the marker is not read back', { inside: { 'cat /var/lib/agent': 'no marker' } }, /state lost/],
  [
    'state',
    'nothing is mounted',
    { inside: { 'tee /var/lib/agent': throws('ssh ended with 1') } },
    /ended with 1/,
  ],
  [
    'backup',
    'the job fails',
    { aws: { 'backup describe-backup-job': { State: 'FAILED', StatusMessage: 'Access denied' } } },
    /Access denied/,
  ],
  [
    'backup',
    'the point is in the clear',
    { aws: { 'backup describe-recovery-point': { IsEncrypted: false } } },
    /not encrypted/,
  ],
  ['backup', 'no volume is attached', { aws: { 'ec2 describe-volumes': {} } }, /0 state volumes/],
  ['second-deployment', 'a machine is replaced', { aws: moved }, /before: .* after: /],
  [
    'drift',
    'a resource was changed',
    {
      aws: {
        'cloudformation describe-stack-drift-detection-status': {
          DetectionStatus: 'DETECTION_COMPLETE',
          StackDriftStatus: 'DRIFTED',
        },
        'cloudformation describe-stack-resource-drifts': {
          StackResourceDrifts: [{ LogicalResourceId: 'Vpc', StackResourceDriftStatus: 'MODIFIED' }],
        },
      },
    },
    /Vpc MODIFIED/,
  ],
  [
    'drift',
    'the detection fails',
    {
      aws: {
        'cloudformation describe-stack-drift-detection-status': { DetectionStatus: 'DETECTION_FAILED' },
      },
    },
    /DETECTION_FAILED/,
  ],
  ['second-agent', 'it takes the first one along', { aws: moved }, /changed/],
  ['second-agent', 'it stays', { aws: { 'ec2 describe-instances': replacedBy(() => 0) } }, /still there/],
  ...['replace-os', 'replace-root-disk', 'replace-network'].flatMap((id): (typeof CASES)[number][] => [
    [id, 'nothing is replaced', { aws: { 'ec2 describe-instances': replacedBy(() => 0) } }, /not replaced/],
    [id, 'the state is lost', { inside: { 'cat /var/lib/agent': 'no marker' } }, /state lost: no marker/],
  ]),
  [
    'destroy',
    'the stack stays',
    { aws: { 'cloudformation describe-stacks': 'DELETE_FAILED' } },
    /DELETE_FAILED/,
  ],
  ['destroy', 'the machines stay', { aws: { 'ec2 describe-instances': replacedBy(() => 0) } }, /1 machines/],
  [
    'destroy',
    'the state goes with it',
    kinds('secret', 'log group', 'backup vault', 'key'),
    /0 state volume/,
  ],
  ['destroy', 'everything goes with it', kinds(), /0 secret/],
  [
    'preflight',
    'it finds something',
    { airlock: { preflight: { checks: [{ id: 'loss', result: 'fail', reason: 'no snapshot' }] } } },
    /loss: no snapshot/,
  ],
  ['preflight', 'it gets no answer', { airlock: { preflight: { error: 'denied' } } }, /0 checks/],
  ['return', 'the secret is lost', { inside: { "/zen'": '403 60' } }, /in vain/],
  [
    'return',
    'the old secret is used before anybody carried it',
    { inside: { "/zen'": '401 9' } },
    /before the secret/,
  ],
  ['return', 'the log is new', {}, /0 old lines/],
  ['restore', 'the volume is blank', { inside: { 'cat /var/lib/agent': 'no marker' } }, /state lost/],
];

function throws(message: string) {
  return () => {
    throw new Error(message);
  };
}

function otherRoot(input: never) {
  const { BlockDeviceMappings: disks, ...rest } = instance(input);
  const own = { DeviceName: '/dev/sda1', Ebs: { VolumeId: 'vol-own' } };
  const machine = { ...rest, RootDeviceName: '/dev/sda1', BlockDeviceMappings: [own, ...disks] };
  return { Reservations: [{ Instances: [machine] }] };
}

async function verdictOf(id: string, change: Change = {}) {
  const check = CHECKS.find((each) => each.id === id);
  const world = goodWorld();
  const before = BEFORE[id] ?? {};
  world.aws = { ...world.aws, ...before.aws, ...change.aws };
  world.inside = { ...world.inside, ...change.inside };
  world.airlock = { ...world.airlock, ...change.airlock };
  const trial = fakeTrial(world);
  trial.notes.set('recovery point', 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0');
  return check?.run(trial).catch((error: Error) => ({ status: 'fail', evidence: error.message }));
}

describe('each check', () => {
  test.each(CHECKS.map(({ id }) => id).filter((id) => id !== 'return' && id !== 'account'))(
    '%s passes where all is well',
    async (id) => {
      expect(await verdictOf(id)).toMatchObject({ status: 'pass' });
    },
  );

  test('return passes with lines that are older than it', async () => {
    const lines = { events: [{ ingestionTime: Date.parse('2026-11-27T11:00:00Z') }] };
    expect(await verdictOf('return', { aws: { 'logs filter-log-events': lines } })).toMatchObject({
      status: 'pass',
    });
  });

  test('account passes where all is well, and leaves the configuration as it was', async () => {
    const world = goodWorld();
    world.airlock = { preflight: { checks: [{ id: 'quota', result: 'pass' }] } };
    const verdict = await CHECKS[0]?.run(fakeTrial(world));
    expect(verdict).toMatchObject({ status: 'pass' });
    expect(world).toMatchObject({ settings: FIRST, done: ['synth'] });
  });

  test.each(CASES)('%s fails when %s', async (id, _, change, evidence) => {
    const verdict = await verdictOf(id, change);
    expect(verdict?.status).toBe('fail');
    expect(verdict?.evidence).toMatch(evidence);
  });

  test('is seen to fail', () => {
    const failing = new Set(CASES.map(([id]) => id));
    expect(CHECKS.map(({ id }) => id).filter((id) => !failing.has(id))).toEqual([]);
  });

  test.each(CHECKS.map(({ id }) => id))('%s fails when AWS or the machine answers nothing', async (id) => {
    const world = goodWorld();
    const deny = refused('AccessDenied');
    world.aws = Object.fromEntries([...Object.keys(world.aws)].map((key) => [key, deny]));
    world.inside = Object.fromEntries(Object.keys(world.inside).map((key) => [key, throws('no answer')]));
    world.airlock = { preflight: deny, retained: deny };
    const run = CHECKS.find((each) => each.id === id)?.run(fakeTrial(world));
    const verdict = await run?.catch((error: Error) => ({ status: 'fail', evidence: error.message }));
    expect(verdict?.status).toBe('fail');
  });
});

describe('the plan', () => {
  test('covers every item that only AWS shows', () => {
    const covered = new Set(CHECKS.flatMap(({ covers }) => covers));
    expect(Object.keys(ONLY_AWS_SHOWS).filter((item) => !covered.has(item as never))).toEqual([]);
  });

  test('has each check after those that it needs', () => {
    const ids = CHECKS.map(({ id }) => id);
    const early = CHECKS.flatMap(({ needs }, index) =>
      needs.filter((need) => !ids.slice(0, index).includes(need)),
    );
    expect(early).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('--only takes a check with all that it needs, and no other', () => {
    expect(only('memory')?.map(({ id }) => id)).toEqual(['account', 'deploy', 'proxy-boot', 'memory']);
    expect(only('restore')?.map(({ id }) => id)).toEqual([
      'account',
      'deploy',
      'agent-boot',
      'state',
      'backup',
      'restore',
    ]);
    expect(only('unknown')).toBeUndefined();
  });
});
