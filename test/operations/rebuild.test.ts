import { type RebuildInput, rebuild } from '../../lib/operations/rebuild';
import { awsDisks } from '../../lib/operations/rebuild/disks';
import { type RestoreInput, restoredState } from '../../lib/operations/rebuild/restored-state';
import type { VerifyLine, VerifyResult } from '../../lib/operations/verify';
import { deployedFrom } from '../../lib/operations/verify/deployed';
import { FakeAccount, FakeClock } from '../containment/fake-account';
import { kitAirlock } from '../support/arbitrary-airlock';
import { awsError, awsWith } from '../support/aws';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1';
const TAGS = [
  { Key: 'airlock:stack', Value: 'airlock' },
  { Key: 'aws:cloudformation:stack-name', Value: 'airlock' },
];
type Input = Record<string, never>;

/** EC2 with one machine, its root disk and two images; the swap takes three looks. */
class FakeEc2 {
  readonly sent: { name: string; input: Input }[] = [];
  readonly refuses = new Map<string, string>();
  taskEnds = 'succeeded';
  private root = 'vol-old';
  private looks = 0;
  private readonly images: Record<string, object> = {
    'ami-launched': { Architecture: 'arm64', size: 8 },
    'ami-newer': { Architecture: 'arm64', size: 40 },
    'ami-other': { Architecture: 'x86_64', size: 8 },
  };

  readonly aws = awsWith((name, input: Input) => {
    this.sent.push({ name, input });
    const refusal = this.refuses.get(name);
    if (refusal) throw awsError(refusal);
    return this.answer(name, input);
  });

  private answer(name: string, input: Input): unknown {
    const asked = (input.Filters as unknown as { Values: string[] }[])?.[0]?.Values[0] ?? '';
    switch (name) {
      case 'DescribeInstances': {
        const BlockDeviceMappings = [
          { DeviceName: '/dev/sdf', Ebs: { VolumeId: 'vol-state' } },
          { DeviceName: '/dev/xvda', Ebs: { VolumeId: this.root } },
        ];
        const about = { ImageId: 'ami-launched', Architecture: 'arm64', RootDeviceName: '/dev/xvda' };
        const Placement = { AvailabilityZone: 'us-east-1b' };
        return { Reservations: [{ Instances: [{ ...about, Placement, BlockDeviceMappings }] }] };
      }
      case 'DescribeVolumes':
        return { Volumes: [{ Size: 30, VolumeType: 'gp3', KmsKeyId: KEY, Tags: TAGS, State: 'available' }] };
      case 'DescribeImages': {
        const image = this.images[asked] as { size: number } | undefined;
        const Ebs = { SnapshotId: `snap-of-${asked}`, VolumeSize: image?.size };
        const BlockDeviceMappings = [{ DeviceName: '/dev/xvda', Ebs }];
        return { Images: image ? [{ ...image, RootDeviceName: '/dev/xvda', BlockDeviceMappings }] : [] };
      }
      case 'CreateVolume':
        return { VolumeId: 'vol-new' };
      case 'CreateReplaceRootVolumeTask':
        return { ReplaceRootVolumeTask: { ReplaceRootVolumeTaskId: 'replacevol-1' } };
      default: {
        this.looks += 1;
        const TaskState = this.looks < 3 ? 'in-progress' : this.taskEnds;
        if (TaskState === 'succeeded') this.root = 'vol-new';
        return { ReplaceRootVolumeTasks: [{ TaskState }] };
      }
    }
  }
}

const GOOD: VerifyResult = {
  reason: 'verified',
  lines: [],
  stack: 'airlock',
  account: '123456789012',
  region: 'us-east-1',
  at: '',
};

function setup(more: Partial<RebuildInput> = {}) {
  const clock = new FakeClock();
  const account = new FakeAccount(clock);
  const ec2 = new FakeEc2();
  const verified: boolean[] = [];
  const input: RebuildInput = {
    aws: account,
    clock,
    stack: 'airlock',
    agent: 'scout',
    part: 'agent-host',
    disks: awsDisks(ec2.aws),
    health: async () => undefined,
    verify: async (contained) => {
      verified.push(contained);
      return GOOD;
    },
    ...more,
  };
  const created = () => ec2.sent.find(({ name }) => name === 'CreateVolume')?.input;
  return { clock, account, ec2, verified, input, created };
}

const states = (result: object) =>
  'steps' in result
    ? (result.steps as { id: string; state: string }[]).map(({ id, state }) => `${id} ${state}`)
    : [];

describe('rebuild', () => {
  test('VOL-1 makes an encrypted disk under the agent’s key, swaps it, keeps the old one, and verifies', async () => {
    const { input, created, ec2, account, verified } = setup();
    const result = await rebuild(input);
    expect(states(result)).toEqual(['make-disk confirmed', 'replace-root confirmed']);
    expect(result).toMatchObject({
      reason: 'rebuilt',
      newDisk: 'vol-new',
      plan: { machine: 'i-scout-host', oldDisk: 'vol-old', image: 'ami-launched' },
      failed: [],
    });
    expect(created()).toMatchObject({
      AvailabilityZone: 'us-east-1b',
      SnapshotId: 'snap-of-ami-launched',
      Size: 30,
      VolumeType: 'gp3',
      Encrypted: true,
      KmsKeyId: KEY,
      TagSpecifications: [{ ResourceType: 'volume', Tags: [TAGS[0]] }],
    });
    expect(ec2.sent.find(({ name }) => name === 'CreateReplaceRootVolumeTask')?.input).toEqual({
      InstanceId: 'i-scout-host',
      VolumeId: 'vol-new',
      DeleteReplacedRootVolume: false,
    });
    expect(account.calls).toEqual([]);
    expect(verified).toEqual([false]);
  });

  test('takes another image, and the larger of both sizes', async () => {
    const { input, created } = setup({ image: 'ami-newer' });
    await rebuild(input);
    expect(created()).toMatchObject({ SnapshotId: 'snap-of-ami-newer', Size: 40 });
  });

  test('--dry-run changes nothing', async () => {
    const { input, ec2 } = setup();
    expect(await rebuild(input, { dryRun: true })).toMatchObject({
      reason: 'planned',
      plan: { sizeGiB: 30 },
    });
    expect(ec2.sent.every(({ name }) => name.startsWith('Describe'))).toBe(true);
  });

  test('KILL-1 a contained host stays in quarantine, and is stopped again', async () => {
    const { input, account, verified } = setup();
    await account.stop('i-scout-host', true);
    await account.setGroups('eni-i-scout-host', ['sg-quarantine']);
    input.clock.pause(60_000);
    account.calls.length = 0;
    expect(states(await rebuild(input))).toEqual([
      'start-agent-host confirmed',
      'make-disk confirmed',
      'replace-root confirmed',
      'stop-agent-host confirmed',
    ]);
    expect(account.calls).toEqual(['start i-scout-host', 'stop i-scout-host']);
    expect(verified).toEqual([true]);
  });

  test('waits until a rebuilt proxy box is healthy again, and takes no older report for it', async () => {
    const { input, clock, verified } = setup({ part: 'proxy-box' });
    const before = clock.now();
    let looks = 0;
    const health = async () => {
      looks += 1;
      const at = looks < 4 ? before : clock.now();
      return { at, isHealthy: looks !== 4, reasons: ['iron-proxy-down'] };
    };
    expect(states(await rebuild({ ...input, health })).at(-1)).toBe('serve confirmed');
    expect(looks).toBe(5);
    expect(verified).toEqual([false]);
    expect(await rebuild({ ...setup({ part: 'proxy-box' }).input })).toMatchObject({
      reason: 'incomplete',
      newDisk: 'vol-new',
    });
  });

  test.each<[string, (made: ReturnType<typeof setup>) => void, RegExp]>([
    [
      'an image that is gone',
      ({ input }) => Object.assign(input, { image: 'ami-gone' }),
      /ami-gone is gone.*--image/,
    ],
    [
      'an image of another architecture',
      ({ input }) => Object.assign(input, { image: 'ami-other' }),
      /is for x86_64/,
    ],
    [
      'a machine that is gone',
      ({ account }) => account.terminate('i-scout-host'),
      /exactly one agent-host.*none/,
    ],
    [
      'a machine between two states',
      ({ account }) => void account.stop('i-scout-host', true),
      /is stopping: run it again/,
    ],
    ['a mistyped agent', ({ input }) => Object.assign(input, { agent: 'scuot' }), /did you mean "scout"/],
  ])('refuses %s, and changes nothing', async (_, change, message) => {
    const made = setup();
    change(made);
    const result = await rebuild(made.input);
    expect(result).toMatchObject({ message: expect.stringMatching(message) });
    expect(made.created()).toBeUndefined();
  });

  test.each([
    ['CreateVolume', ['make-disk failed'], /denied ec2:CreateVolume with the agent's key/],
    ['CreateReplaceRootVolumeTask', ['make-disk confirmed', 'replace-root failed'], /denied ec2:CreateRepl/],
    [
      'DescribeReplaceRootVolumeTasks',
      ['make-disk confirmed', 'replace-root unconfirmed'],
      /denied ec2:Desc/,
    ],
  ])(
    'stops at the first step that AWS denies, and names the permission: %s',
    async (name, steps, message) => {
      const { input, ec2, verified } = setup();
      ec2.refuses.set(name, 'UnauthorizedOperation');
      const result = await rebuild(input);
      expect(states(result)).toEqual(steps);
      expect(JSON.stringify(result)).toMatch(message);
      expect(JSON.stringify(result)).not.toContain('own words');
      expect(verified).toEqual([]);
    },
  );

  test('a swap that EC2 gives up is not waited for', async () => {
    const { input, ec2, clock } = setup();
    ec2.taskEnds = 'failed';
    const began = clock.now().getTime();
    expect(states(await rebuild(input)).at(-1)).toBe('replace-root failed');
    expect(clock.now().getTime() - began).toBeLessThan(10_000);
  });

  test.each<[string, VerifyResult, object]>([
    [
      'a failed check',
      { ...GOOD, reason: 'failed', lines: [{ id: 'volumes', result: 'fail' } as unknown as VerifyLine] },
      { failed: [{ id: 'volumes' }] },
    ],
    [
      'no answer',
      { reason: 'no-answer', message: 'AWS denied it' },
      { failed: [], unverified: 'AWS denied it' },
    ],
  ])('a rebuilt machine is reported together with %s', async (_, verified, expected) => {
    const { input } = setup({ verify: async () => verified });
    expect(await rebuild(input)).toMatchObject({ reason: 'rebuilt', newDisk: 'vol-new', ...expected });
  });
});

describe('rebuild --state-from', () => {
  const SNAPSHOT = `snap-${'1'.repeat(17)}`;
  const VOLUME = `vol-${'2'.repeat(17)}`;
  const ATTACHMENT = {
    Type: 'Custom::AirlockStateAttachment',
    Properties: { Cell: 'airlock/scout', VolumeId: VOLUME },
  };
  const Tags = [
    { Key: 'airlock:agent', Value: 'scout' },
    { Key: 'airlock:part', Value: 'state' },
  ];
  const deployed = (text: string) => {
    const template = {
      Resources: {
        State: { Type: 'AWS::EC2::Volume', Properties: { SnapshotId: SNAPSHOT, Tags } },
        ATTACHMENT,
      },
    };
    const ids = new Map([
      ['State', 'vol-made'],
      ['ATTACHMENT', 'a'],
    ]);
    const place = { partition: 'aws', region: 'us-east-1', account: '1', stack: 'airlock', status: '' };
    return deployedFrom(place, JSON.stringify(template).replaceAll(SNAPSHOT, text), ids);
  };
  /** @param written `host.stateFrom` in the agent's file */
  const asked = (from: string, written?: string, more: Partial<RestoreInput> = {}) => {
    const kit = kitAirlock();
    const agents = kit.agents.map((agent) => ({ ...agent, host: { ...agent.host, stateFrom: written } }));
    const held = { kind: 'volume', state: 'in-use', zone: '', isState: true, cell: 'airlock/scout' } as const;
    const heldBy = { id: 'i-1', cell: 'airlock/scout' };
    return restoredState({
      ...{ from, agent: 'scout', region: 'us-east-1', airlock: { ...kit, agents } },
      deployed: async () => ({ reason: 'found', deployed: deployed(SNAPSHOT) }),
      source: async ({ kind }) =>
        kind === 'volume' ? { ...held, heldBy } : { kind, state: 'completed', sizeGiB: 8 },
      ...more,
    });
  };
  const RECOVERY_POINT = `arn:aws:ec2:us-east-1::snapshot/${SNAPSHOT}`;

  test.each([
    [SNAPSHOT, SNAPSHOT, 'vol-made'],
    [RECOVERY_POINT, SNAPSHOT, 'vol-made'],
    [VOLUME, VOLUME, VOLUME],
  ])('goes on when the deployed volume comes from %s', async (from, written, volume) => {
    expect(await asked(from, written)).toEqual({ reason: 'restored', volume });
  });

  test.each<[string, Parameters<typeof asked>, RegExp]>([
    [
      'the file that names no source: what to write',
      [SNAPSHOT],
      /^nothing was changed: write "stateFrom: snap-1+" below host in .*scout.yaml, run "npm run synth" and "npx cdk deploy"/,
    ],
    ['another source in the file', [SNAPSHOT, VOLUME], /^nothing was changed: write/],
    [
      'a source that is gone',
      [SNAPSHOT, undefined, { source: async () => ({ kind: 'missing' }) }],
      /is not in us-east-1: `npx airlock retained`/,
    ],
    [
      'a file that nobody deployed',
      [SNAPSHOT, SNAPSHOT, { deployed: async () => ({ reason: 'found', deployed: deployed('snap-other') }) }],
      /and the deployed stack doesn't: run "npx cdk deploy"/,
    ],
    [
      'a volume that is not on the host',
      [SNAPSHOT, SNAPSHOT, { source: async () => ({ kind: 'missing' }) }],
      /vol-made is not on the agent host/,
    ],
    ['no source', ['state.tar'], /^--state-from "state.tar"/],
    ['no configuration', [SNAPSHOT, undefined, { airlock: undefined }], /run it without --stack$/],
  ])('refuses %s', async (_, words, message) => {
    expect(await asked(...words)).toEqual({ reason: 'refused', message: expect.stringMatching(message) });
  });

  test('CHG-1 changes nothing before the deployment, and names the volume after it', async () => {
    const { input, ec2, account } = setup({ state: () => asked(SNAPSHOT) });
    expect(await rebuild(input)).toMatchObject({ reason: 'refused' });
    expect([ec2.sent, account.calls]).toEqual([[], []]);
    const after = setup({ state: () => asked(SNAPSHOT, SNAPSHOT) });
    expect(await rebuild(after.input)).toMatchObject({
      reason: 'rebuilt',
      plan: { stateVolume: 'vol-made' },
    });
  });
});
