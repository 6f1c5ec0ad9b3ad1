import settings from '../../constructs/proxy/boot/airlock-sysctl.conf';
import { type Aws, AwsRefusal } from '../../lab/aws/aws-cli';
import { FIRST, type Settings } from '../../lab/aws/configuration';
import type { Trial } from '../../lab/aws/trial';

export const STACK = 'airlock-try-0123abcd';
export const ACCOUNT = '210987654321';
export const NOW = new Date('2026-11-27T12:00:00Z');

type Answer = unknown | ((input: never, world: World, script: string) => unknown);

/** The answers of AWS and of the machines. */
export interface World {
  /** By service and operation. A function computes the answer, or throws. */
  aws: Readonly<Record<string, Answer>>;
  /** The output of a script, by a text in it; the first match counts. */
  inside: Readonly<Record<string, Answer>>;
  /** By command. */
  airlock: Readonly<Record<string, Answer>>;
  deployments: number;
  settings: Settings;
  /** The content of the file on the state volume. */
  marker: string;
  /** All operations, in order. */
  readonly done: string[];
}

/** A trial on fakes; `until` polls three times. */
export function fakeTrial(world: World): Trial {
  const answer = (answers: World['aws'], key: string | undefined, input: unknown, what: string) => {
    if (key === undefined || !(key in answers)) throw new Error(`the test has no answer to ${what}`);
    const found = answers[key];
    return typeof found === 'function' ? found(input, world, what) : found;
  };
  const aws = async (service: string, operation: string, input: object = {}) => {
    const call = `${service} ${operation}`;
    return answer(world.aws, call, input, call);
  };
  return {
    stack: STACK,
    region: 'eu-west-1',
    account: ACCOUNT,
    partition: 'aws',
    aws: aws as Aws,
    notes: new Map([['marker', 'written-1']]),
    now: () => NOW,
    configure: (change) => {
      world.settings = change(world.settings);
    },
    synth: async () => void world.done.push('synth'),
    deploy: async (...words) => {
      world.deployments += 1;
      world.done.push(['deploy', ...words].join(' '));
    },
    destroy: async () => void world.done.push('destroy'),
    airlock: async (words) => {
      world.done.push(`airlock ${words.join(' ')}`);
      return '';
    },
    airlockJson: async <T>(words: readonly string[]) =>
      answer(world.airlock, words[0], words, `airlock ${words[0]}`) as T,
    template: 'template.json',
    inside: async (machine, script) => {
      const key = Object.keys(world.inside).find((text) => script.includes(text));
      return String(answer(world.inside, key, machine, script));
    },
    until: async (what, look) => {
      for (let looks = 0; looks < 3; looks += 1) {
        const found = await look();
        if (found !== undefined) return found;
      }
      throw new Error(`waited in vain until ${what}`);
    },
  };
}

export function refused(code: string): () => never {
  return () => {
    throw new AwsRefusal('call', code, 'refused');
  };
}

type Input = { readonly Filters?: readonly { readonly Name: string; readonly Values: readonly string[] }[] };
const filtered = ({ Filters = [] }: Input, name: string) =>
  Filters.find(({ Name }) => Name === name)?.Values[0];

/** A machine's id contains its agent, its part and the number of its replacements. */
export function instance(input: Input, replaced = 0) {
  const part = filtered(input, 'tag:airlock:part');
  const agent = filtered(input, 'tag:airlock:cell')?.split('/')[1];
  const disk = (device: string, volume: string) => ({ DeviceName: device, Ebs: { VolumeId: volume } });
  const root = disk('/dev/xvda', `vol-${part}`);
  return {
    InstanceId: `i-${agent}-${part}-${replaced}`,
    ImageId: 'ami-1',
    RootDeviceName: '/dev/xvda',
    BlockDeviceMappings: part === 'agent-host' ? [root, disk('/dev/sdf', 'vol-state')] : [root],
  };
}

const hosts = (input: Input, { settings, deployments }: World) => {
  const agent = filtered(input, 'tag:airlock:cell')?.split('/')[1] ?? '';
  const hasOne = agent in settings.agents;
  // A changed setting of the machine replaces the agent host alone.
  const isHost = filtered(input, 'tag:airlock:part') === 'agent-host';
  const changed = JSON.stringify(settings.agents.probe) !== JSON.stringify(FIRST.agents.probe);
  const replaced = isHost && (changed || settings.cidr !== FIRST.cidr) ? deployments : 0;
  return { Reservations: hasOne ? [{ Instances: [instance(input, replaced)] }] : [] };
};

const SETTINGS = settings.replace(/^-?([\w.]+) = (\S+)$/gm, '$1 $2');

/** A world in which every check passes. */
export function goodWorld(): World {
  return {
    deployments: 0,
    settings: FIRST,
    marker: 'written-1',
    done: [],
    aws: {
      'cloudformation describe-stacks': 'CREATE_COMPLETE',
      'cloudformation list-stack-resources': {
        StackResourceSummaries: [
          {
            LogicalResourceId: 'BackupVault',
            PhysicalResourceId: 'vault',
            ResourceType: 'AWS::Backup::BackupVault',
          },
          {
            LogicalResourceId: 'EnvironmentBackupRole1',
            PhysicalResourceId: 'role',
            ResourceType: 'AWS::IAM::Role',
          },
          {
            LogicalResourceId: 'EnvironmentArchiveBucket1',
            PhysicalResourceId: `${STACK}-archive`,
            ResourceType: 'AWS::S3::Bucket',
          },
        ],
      },
      'ec2 describe-instances': hosts,
      'ec2 describe-volumes': { Volumes: [{ VolumeId: 'vol-state', Size: 8, Encrypted: true }] },
      'cloudwatch get-metric-statistics': {
        Datapoints: [
          { Timestamp: '2026-11-27T11:58:00Z', Minimum: 1 },
          { Timestamp: '2026-11-27T11:57:00Z', Minimum: 0 },
        ],
      },
      'cloudwatch describe-alarms-for-metric': { MetricAlarms: [{ AlarmName: 'alarm', StateValue: 'OK' }] },
      'cloudwatch describe-alarm-history': {
        AlarmHistoryItems: [
          { Timestamp: '2026-11-27T12:09:00Z', HistorySummary: 'Alarm updated from ALARM to OK' },
          { Timestamp: '2026-11-27T12:04:00Z', HistorySummary: 'Alarm updated from OK to ALARM' },
        ],
      },
      'logs describe-log-streams': { logStreams: [{ logStreamName: 'warden' }, { logStreamName: 'boot' }] },
      'logs filter-log-events': { events: [{ message: 'line', ingestionTime: NOW.getTime() + 20_000 }] },
      'ec2 describe-flow-logs': { FlowLogs: [{ LogGroupName: 'flows', DeliverLogsStatus: 'SUCCESS' }] },
      'budgets describe-budgets': {
        Budgets: [
          { BudgetName: `${STACK}-total-1`, CostFilters: { TagKeyValue: [`user:airlock:stack$${STACK}`] } },
          {
            BudgetName: `${STACK}-probe-1`,
            CostFilters: { TagKeyValue: [`user:airlock:cell$${STACK}/probe`] },
          },
          { BudgetName: 'of-somebody-else' },
        ],
      },
      'backup start-backup-job': { BackupJobId: 'job' },
      'backup describe-backup-job': {
        State: 'COMPLETED',
        RecoveryPointArn: 'arn:aws:ec2:eu-west-1::snapshot/snap-0123456789abcdef0',
      },
      'backup describe-recovery-point': { IsEncrypted: true },
      's3api get-object-lock-configuration': { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } } },
      's3api put-object': refused('AccessDenied'),
      's3api list-objects-v2': ['probe/box/chain/1.jsonl.gz'],
      'cloudformation detect-stack-drift': { StackDriftDetectionId: 'drift' },
      'cloudformation describe-stack-drift-detection-status': {
        DetectionStatus: 'DETECTION_COMPLETE',
        StackDriftStatus: 'IN_SYNC',
      },
      'cloudformation describe-stack-resource-drifts': { StackResourceDrifts: [] },
    },
    airlock: {
      drill: {
        reason: 'drilled',
        containment: { isCut: true, cutSeconds: 24, steps: [] },
        release: { isReleased: true },
      },
      audit: { whole: true, lines: 3 },
      preflight: {
        checks: [
          { id: 'scope', result: 'pass' },
          { id: 'pins', result: 'fail' },
        ],
      },
      retained: {
        leftovers: ['secret', 'log group', 'state volume', 'backup vault', 'archive', 'key'].map((kind) => ({
          kind,
        })),
      },
    },
    inside: {
      'is-active agent.service': 'active\n',
      PRETTY_NAME: 'Debian GNU/Linux 13 (trixie)\nno curl\nhas python3\n',
      MainPID: 'cwagent\n2\n',
      'free -m': 'available 412\nswap 511\nkilled 0\nId=ironproxy.slice MemoryCurrent=1',
      "/meta'": '200 180000\n',
      "/markdown'": '200 150040\n',
      '/refused-': '403 60\n',
      "/zen'": (_: never, { done }: World) =>
        done.some((each) => each.startsWith('airlock')) ? '401 9' : '403 60',
      'sysctl -n': SETTINGS,
      'socket.SOCK_DGRAM': 'code 3 answers 0\n',
      'iron-proxy@.service.d': '',
      'tee /var/lib/agent': (_: never, world: World, script: string) => {
        world.marker = /written-\w+/.exec(script)?.[0] ?? '';
        return '';
      },
      'cat /var/lib/agent': (_: never, { marker }: World) => `${marker}\n`,
    },
  };
}
