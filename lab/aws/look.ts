import { TAG_CELL, TAG_PART } from '../../constructs/names';
import { AGENT } from './configuration';
import type { Trial } from './trial';

export type Part = 'agent-host' | 'proxy-box';

export interface Machine {
  readonly id: string;
  /** The image's user for SSH. */
  readonly user: string;
  readonly image: string;
  readonly rootDevice: string;
  readonly disks: readonly { readonly device: string; readonly volume: string }[];
}

interface Described {
  readonly InstanceId: string;
  readonly ImageId: string;
  readonly RootDeviceName: string;
  readonly BlockDeviceMappings?: readonly {
    readonly DeviceName: string;
    readonly Ebs: { readonly VolumeId: string };
  }[];
}

/** @throws unless exactly one is running */
export async function machineOf(trial: Trial, part: Part, agent: string = AGENT): Promise<Machine> {
  const found = await running(trial, agent, part);
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`${found.length} machines of ${agent} run as ${part}`);
  return {
    id: only.InstanceId,
    user: part === 'agent-host' ? 'admin' : 'ec2-user',
    image: only.ImageId,
    rootDevice: only.RootDeviceName,
    disks: (only.BlockDeviceMappings ?? []).map(({ DeviceName, Ebs }) => ({
      device: DeviceName,
      volume: Ebs.VolumeId,
    })),
  };
}

/** The ids of both machines as one text: it changes when CloudFormation replaces one. */
export async function bothMachines(trial: Trial): Promise<string> {
  const host = await machineOf(trial, 'agent-host', AGENT);
  const box = await machineOf(trial, 'proxy-box', AGENT);
  return `host ${host.id}, proxy box ${box.id}`;
}

export async function running(trial: Trial, agent: string, part?: Part): Promise<Described[]> {
  const { Reservations = [] } = await trial.aws<{ Reservations?: { Instances: Described[] }[] }>(
    'ec2',
    'describe-instances',
    {
      Filters: [
        { Name: `tag:${TAG_CELL}`, Values: [`${trial.stack}/${agent}`] },
        ...(part ? [{ Name: `tag:${TAG_PART}`, Values: [part] }] : []),
        { Name: 'instance-state-name', Values: ['pending', 'running'] },
      ],
    },
  );
  return Reservations.flatMap(({ Instances }) => Instances);
}

export interface StackResource {
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId: string;
  readonly ResourceType: string;
  readonly ResourceStatus: string;
}

export async function resourcesOf(trial: Trial, type?: string): Promise<StackResource[]> {
  const { StackResourceSummaries: all = [] } = await trial.aws<{ StackResourceSummaries?: StackResource[] }>(
    'cloudformation',
    'list-stack-resources',
    { StackName: trial.stack },
  );
  return all.filter(({ ResourceType }) => type === undefined || ResourceType === type);
}

/** Waits until `agent.service` runs, which is the last step of the boot. */
export async function waitForAgent(trial: Trial, agent: string = AGENT): Promise<Machine> {
  return trial.until('the agent runs on its host', async () => {
    const host = await machineOf(trial, 'agent-host', agent);
    const state = await trial
      .inside(host, 'systemctl is-active agent.service || true')
      .catch((error: Error) => `no answer: ${error.message}`);
    return state.trim() === 'active' ? host : undefined;
  });
}

/** Events of a log group that contain a text. @throws when the group does not exist */
export async function eventsOf(
  trial: Trial,
  group: string,
  since: Date,
  text?: string,
): Promise<{ message: string; ingestionTime: number }[]> {
  const { events = [] } = await trial.aws<{ events?: { message: string; ingestionTime: number }[] }>(
    'logs',
    'filter-log-events',
    {
      logGroupName: group,
      startTime: since.getTime(),
      ...(text ? { filterPattern: JSON.stringify(text) } : {}),
    },
  );
  return events;
}

interface Metric {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

const inApi = ({ name, dimensions }: Metric) => ({
  Namespace: 'Airlock',
  MetricName: name,
  ...(Object.keys(dimensions).length > 0
    ? { Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) }
    : {}),
});

/** The one alarm on a metric. @throws when there is none */
export async function alarmOn(trial: Trial, metric: Metric): Promise<{ name: string; state: string }> {
  const { MetricAlarms = [] } = await trial.aws<{
    MetricAlarms?: { AlarmName: string; StateValue: string }[];
  }>('cloudwatch', 'describe-alarms-for-metric', inApi(metric));
  const [alarm] = MetricAlarms;
  if (!alarm) throw new Error(`no alarm watches ${metric.name}`);
  return { name: alarm.AlarmName, state: alarm.StateValue };
}

/** When the alarm went to a state, from its history: the current state alone doesn't show a short alarm. */
export async function hasGone(
  trial: Trial,
  alarm: string,
  to: 'OK' | 'ALARM',
  since: Date,
): Promise<string | undefined> {
  const { AlarmHistoryItems = [] } = await trial.aws<{
    AlarmHistoryItems?: { Timestamp: string; HistorySummary: string }[];
  }>('cloudwatch', 'describe-alarm-history', {
    AlarmName: alarm,
    HistoryItemType: 'StateUpdate',
    StartDate: since.toISOString(),
  });
  return AlarmHistoryItems.find(({ HistorySummary }) => HistorySummary.endsWith(`to ${to}`))?.Timestamp;
}

/** The newest datum of the last five minutes. */
export async function newest(trial: Trial, metric: Metric): Promise<number | undefined> {
  const end = trial.now();
  const { Datapoints = [] } = await trial.aws<{ Datapoints?: { Timestamp: string; Minimum: number }[] }>(
    'cloudwatch',
    'get-metric-statistics',
    {
      ...inApi(metric),
      StartTime: new Date(end.getTime() - 5 * 60_000).toISOString(),
      EndTime: end.toISOString(),
      Period: 60,
      Statistics: ['Minimum'],
    },
  );
  return [...Datapoints].sort((a, b) => a.Timestamp.localeCompare(b.Timestamp)).at(-1)?.Minimum;
}
