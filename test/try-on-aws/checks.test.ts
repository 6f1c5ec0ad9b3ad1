import { ONLY_AWS_SHOWS } from '../../lab/aws/check';
import { CHECKS, only } from '../../lab/aws/checks';
import { FIRST } from '../../lab/aws/configuration';
import { fakeTrial, goodWorld, instance, refused, type World } from './fake-trial';

interface Change {
  readonly aws?: World['aws'];
  readonly inside?: World['inside'];
  readonly airlock?: World['airlock'];
}

const aws = (call: string, answer: unknown): Change => ({ aws: { [call]: answer } });
const inside = (script: string, answer: unknown): Change => ({ inside: { [script]: answer } });
const preflight = (answer: object): Change => ({ airlock: { preflight: answer } });
const UNTOLD = { id: 'tell', state: 'failed' };
const drilled = (more: object, isReleased = true): Change => {
  const containment = { isCut: true, cutSeconds: 30, steps: [], ...more };
  return { airlock: { drill: { reason: 'drilled', containment, release: { isReleased } } } };
};
const finding = (id: string, reason: string) => preflight({ checks: [{ id, result: 'fail', reason }] });
const retained = (...left: string[]): Change => ({
  airlock: { retained: { leftovers: left.map((kind) => ({ kind })) } },
});
const machines = (replacements: (deployments: number) => number) =>
  aws('ec2 describe-instances', (input: never, { deployments }: World) => ({
    Reservations: [{ Instances: [instance(input, replacements(deployments))] }],
  }));
const replaced = machines((deployments) => deployments);
const unchanged = machines(() => 0);
const status = (answer: string) => aws('cloudformation describe-stacks', answer);
const history = (...items: object[]) =>
  aws('cloudwatch describe-alarm-history', { AlarmHistoryItems: items });
const alarms = (answer: object) => aws('cloudwatch describe-alarms-for-metric', answer);
const streams = (name: string) => aws('logs describe-log-streams', { logStreams: [{ logStreamName: name }] });
const volumes = (...Volumes: object[]) => aws('ec2 describe-volumes', { Volumes });
const backup = (of: 'backup-job' | 'recovery-point', answer: object) => aws(`backup describe-${of}`, answer);
const noEvents = aws('logs filter-log-events', { events: [] });
const noMarker = inside('cat /var/lib/agent', 'no marker');
const zen = (answer: unknown) => inside("/zen'", answer);
const free = (available: number, killed: number) =>
  inside('free -m', `available ${available}\nswap 0\nkilled ${killed}`);

/** What AWS answers before a check, where it differs from the good world. */
const BEFORE: Readonly<Record<string, Change>> = {
  containment: zen('401 9'),
  destroy: {
    aws: { 'cloudformation describe-stacks': refused('ValidationError'), 'ec2 describe-instances': {} },
  },
};

const LATE = { events: [{ ingestionTime: Date.parse('2026-11-27T12:02:00Z') }] };
const DENIED_FLOWS = {
  FlowLogs: [{ DeliverLogsStatus: 'FAILED', DeliverLogsErrorMessage: 'Access error' }],
};
const UNFILTERED = {
  Budgets: [{ BudgetName: 'airlock-try-0123abcd-total' }, { BudgetName: 'airlock-try-0123abcd-probe' }],
};
const RINGING = { MetricAlarms: [{ AlarmName: 'a', StateValue: 'ALARM' }] };
const RANG = { Timestamp: '2026-11-27T12:04:00Z', HistorySummary: 'Alarm updated from OK to ALARM' };
const DRIFT_STATUS = 'cloudformation describe-stack-drift-detection-status';
const DRIFTED: Change = {
  aws: {
    [DRIFT_STATUS]: { DetectionStatus: 'DETECTION_COMPLETE', StackDriftStatus: 'DRIFTED' },
    'cloudformation describe-stack-resource-drifts': {
      StackResourceDrifts: [{ LogicalResourceId: 'Vpc', StackResourceDriftStatus: 'MODIFIED' }],
    },
  },
};

/** One defect a line: the check, the defect, the answer that shows it, and the evidence that names it. */
const CASES: readonly [check: string, defect: string, change: Change, evidence: RegExp][] = [
  ['account', 'a quota is too low', finding('quota-L-1216C47A', 'the quota is 5'), /the quota is 5/],
  ['account', 'a check of an agent fails', finding('pins', 'x'), /pins: x/],
  ['deploy', 'CloudFormation rolled back', status('ROLLBACK_COMPLETE'), /ROLLBACK/],
  ['root-device', 'another device is the root', aws('ec2 describe-instances', otherRoot), /3 disks/],
  ['root-device', "the image's own disk is the root", volumes({ Size: 3 }), /3 GiB, not encrypted/],
  ['agent-boot', 'its unit never starts', inside('is-active agent.service', 'inactive'), /in vain/],
  ['agent-boot', 'ssh fails', inside('is-active agent.service', throws('ssh ended with 255')), /in vain/],
  ['proxy-boot', 'the health metric is empty', aws('cloudwatch get-metric-statistics', {}), /in vain/],
  ['proxy-boot', "warden's log is missing", streams('boot'), /streams boot/],
  ['proxy-boot', 'the log agent runs as root', inside('MainPID', 'root\n2'), /as root/],
  ['proxy-boot', 'the log agent keeps no state', inside('MainPID', 'cwagent\n0'), /0 state files/],
  ['memory', 'too little is left', free(12, 0), /available 12/],
  ['memory', 'the kernel killed a process', free(400, 2), /killed 2/],
  ['memory', 'the machine has no `free`', inside('free -m', 'command not found'), /not found/],
  [
    'kernel-settings',
    'a key is unknown',
    inside('sysctl -n', 'net.ipv4.ip_forward unknown'),
    /unknown, not 0/,
  ],
  ['path-mtu', 'a large request hangs', inside("/markdown'", '0 0 TimeoutError timed out'), /TimeoutError/],
  ['path-mtu', 'a large answer is cut off', inside("/meta'", '200 1400'), /1400 bytes/],
  ['secret', 'the request leaves without it', zen('200 20'), /the request left/],
  ['secret', 'the proxy box never uses it', zen('403 60'), /in vain/],
  ['secret', 'the request leaves without it after the put', zen(bareAfterPut), /answers 200/],
  ['audit', 'the line never arrives', noEvents, /in vain/],
  ['audit', 'the line arrives late', aws('logs filter-log-events', LATE), /120 s/],
  ['audit', 'the request passes', inside('/refused-', '200 60'), /status 200/],
  ['flow-logs', 'delivery fails', aws('ec2 describe-flow-logs', DENIED_FLOWS), /Access error/],
  ['flow-logs', 'no record arrives', noEvents, /in vain/],
  ['budgets', 'one is missing', aws('budgets describe-budgets', { Budgets: [] }), /0 budgets/],
  ['budgets', 'one has no filter', aws('budgets describe-budgets', UNFILTERED), /none filtered by/],
  ['dns', 'the resolver answers', inside('socket.SOCK_DGRAM', 'code 0 answers 1'), /answers 1/],
  ['dns', 'the query log lacks the question', noEvents, /query log/],
  ['dns', 'the alarm stays quiet', history(), /rings/],
  ['dns', 'no alarm exists', alarms({}), /no alarm/],
  ['health-alarm', 'it never rings', history(), /rings/],
  ['health-alarm', 'it never clears', history(RANG), /clears/],
  ['health-alarm', 'it rings from the start', alarms(RINGING), /quiet/],
  ['state', 'the host reads no marker', noMarker, /state lost/],
  [
    'state',
    'the volume is not mounted',
    inside('tee /var/lib/agent', throws('ended with 1')),
    /ended with 1/,
  ],
  ['backup', 'the job fails', backup('backup-job', { State: 'FAILED', StatusMessage: 'denied' }), /denied/],
  ['backup', 'its point is not encrypted', backup('recovery-point', { IsEncrypted: false }), /not encrypted/],
  ['backup', 'no volume is attached', volumes(), /0 state volumes/],
  ['archive', 'no file arrives', aws('s3api list-objects-v2', null), /in vain/],
  ['archive', 'an object may be put twice', aws('s3api put-object', {}), /: accepted/],
  ['archive', 'the bucket has no lock', aws('s3api get-object-lock-configuration', null), /no lock/],
  ['archive', 'a record is missing', { airlock: { audit: { whole: false, lines: 2 } } }, /not whole/],
  ['second-deployment', 'CloudFormation replaces a machine', replaced, /before: .* after: /],
  ['drift', 'a resource differs', DRIFTED, /Vpc MODIFIED/],
  ['drift', 'the detection fails', aws(DRIFT_STATUS, { DetectionStatus: 'DETECTION_FAILED' }), /_FAILED/],
  ['second-agent', "CloudFormation replaces the first agent's machines", replaced, /changed/],
  ['second-agent', 'its machines stay', unchanged, /still there/],
  ...['replace-os', 'replace-root-disk', 'replace-network'].flatMap((id): (typeof CASES)[number][] => [
    [id, 'CloudFormation keeps the machine', unchanged, /not replaced/],
    [id, 'the state is lost', noMarker, /state lost: no marker/],
  ]),
  ['destroy', 'the stack stays', status('DELETE_FAILED'), /DELETE_FAILED/],
  ['destroy', 'the machines stay', unchanged, /1 machines/],
  [
    'destroy',
    'the state is deleted',
    retained('secret', 'log group', 'backup vault', 'archive', 'key'),
    /0 state volume/,
  ],
  ['destroy', 'nothing is kept', retained(), /0 secret/],
  ['containment', 'the cut takes too long', drilled({ cutSeconds: 61 }), /after 61 s/],
  [
    'containment',
    'AWS confirms no cut',
    drilled({ isCut: false, cutSeconds: undefined }),
    /after Infinity s/,
  ],
  ['containment', 'a step is not confirmed', drilled({ steps: [UNTOLD] }), /not confirmed: tell/],
  ['containment', 'it stays contained', drilled({}, false), /not released/],
  ['containment', 'it does not begin', { airlock: { drill: { error: 'denied' } } }, /no drill: .*denied/],
  ['containment', 'nothing answers the released agent', zen('403 60'), /in vain/],
  ['preflight', 'it finds something', finding('loss', 'no snapshot'), /loss: no snapshot/],
  ['preflight', 'it gets no answer', preflight({ error: 'denied' }), /0 checks/],
  ['return', 'the secret is lost', zen('403 60'), /in vain/],
  ['return', 'the proxy box uses the old secret too early', zen('401 9'), /before the secret/],
  ['return', 'the log is new', {}, /0 old lines/],
  ['restore', 'the volume is blank', noMarker, /state lost/],
];

function bareAfterPut(_: never, { done }: World) {
  return done.length > 0 ? '200 20' : '403 60';
}

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
  const good = goodWorld();
  const trial = fakeTrial({
    ...good,
    aws: { ...good.aws, ...BEFORE[id]?.aws, ...change.aws },
    inside: { ...good.inside, ...BEFORE[id]?.inside, ...change.inside },
    airlock: { ...good.airlock, ...change.airlock },
  });
  trial.notes.set('recovery point', 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0');
  return check?.run(trial).catch((error: Error) => ({ status: 'fail', evidence: error.message }));
}

describe('each check', () => {
  const simple = CHECKS.map(({ id }) => id).filter((id) => id !== 'return' && id !== 'account');
  test.each(simple)('%s passes on a healthy stack', async (id) => {
    expect(await verdictOf(id)).toMatchObject({ status: 'pass' });
  });

  test('return passes when the log holds older lines', async () => {
    const old = aws('logs filter-log-events', {
      events: [{ ingestionTime: Date.parse('2026-11-27T11:00:00Z') }],
    });
    expect(await verdictOf('return', old)).toMatchObject({ status: 'pass' });
  });

  test('account passes on enough quotas, and restores the configuration', async () => {
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

  test('has a case in which it fails', () => {
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
    const restore = only('restore')
      ?.map(({ id }) => id)
      .join(' ');
    expect(restore).toBe('account deploy agent-boot state backup restore');
    expect(only('unknown')).toBeUndefined();
  });
});
