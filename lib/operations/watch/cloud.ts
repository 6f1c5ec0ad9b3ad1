import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { EC2Client } from '@aws-sdk/client-ec2';
import { TAG_AGENT, TAG_PART, TAG_STACK } from '../../../constructs/names';
import { type CloudFacts, isHourly } from '../../watch/cloud-look';
import type { Machine } from '../../watch/machine';
import { HOUR } from '../../watch/period';
import { tagFilters, tagOf } from '../ec2-tags';

type Sender<T extends { send: unknown }> = Pick<T, 'send'>;

/** The stack's machines, terminated ones included for an hour. */
export async function machinesOf(ec2: Sender<EC2Client>, stack: string): Promise<Machine[]> {
  const { DescribeInstancesCommand } = await import('@aws-sdk/client-ec2');
  const machines: Machine[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ec2.send(
      new DescribeInstancesCommand({ Filters: tagFilters({ [TAG_STACK]: stack }), NextToken }),
    );
    for (const instance of page.Reservations?.flatMap(({ Instances = [] }) => Instances) ?? []) {
      const { InstanceId: id = '', PrivateIpAddress: address = '', PublicIpAddress, Tags = [] } = instance;
      machines.push({
        id,
        address,
        agent: tagOf(Tags, TAG_AGENT) ?? '',
        part: tagOf(Tags, TAG_PART) ?? '',
        ...(PublicIpAddress && { publicAddress: PublicIpAddress }),
        volumes: (instance.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []),
        interfaces: (instance.NetworkInterfaces ?? []).flatMap(
          ({ NetworkInterfaceId }) => NetworkInterfaceId ?? [],
        ),
      });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return machines;
}

/** What only AWS knows of machines and flow logs. */
export async function cloudFacts(
  clients: { readonly ec2: Sender<EC2Client>; readonly cloudWatch: Sender<CloudWatchClient> },
  stack: string,
  now: number,
): Promise<CloudFacts> {
  const { ec2, cloudWatch } = clients;
  const { DescribeInstanceStatusCommand, DescribeFlowLogsCommand } = await import('@aws-sdk/client-ec2');
  const machines = await machinesOf(ec2, stack);
  const ids = machines.map(({ id }) => id);
  const { InstanceStatuses = [] } = await ec2.send(
    new DescribeInstanceStatusCommand({
      Filters: [{ Name: 'instance-state-name', Values: ['running'] }],
      MaxResults: 1000,
    }),
  );
  const impaired = InstanceStatuses.filter(({ InstanceId = '' }) => ids.includes(InstanceId)).flatMap(
    ({ InstanceId = '', SystemStatus, InstanceStatus }) => {
      const bad = [SystemStatus, InstanceStatus].filter((each) => each?.Status === 'impaired');
      const since = bad.flatMap((each) => each?.Details?.[0]?.ImpairedSince?.getTime() ?? now);
      return bad.length > 0 ? [{ id: InstanceId, since: Math.min(...since) }] : [];
    },
  );
  if (!isHourly(now)) return { machines, impaired, undelivered: [], cpu: {} };
  const logs = await ec2.send(new DescribeFlowLogsCommand({ Filter: tagFilters({ [TAG_STACK]: stack }) }));
  const undelivered = (logs.FlowLogs ?? [])
    .filter(({ DeliverLogsStatus }) => DeliverLogsStatus === 'FAILED')
    .map(
      ({ FlowLogId, DeliverLogsErrorMessage }) =>
        `${FlowLogId}: ${DeliverLogsErrorMessage ?? 'AWS says no reason'}`,
    );
  return { machines, impaired, undelivered, cpu: await cpuOf(cloudWatch, machines, now) };
}

async function cpuOf(
  cloudWatch: Sender<CloudWatchClient>,
  machines: readonly Machine[],
  now: number,
): Promise<Record<string, number>> {
  const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const hosts = machines.filter(({ part }) => part === 'agent-host');
  if (hosts.length === 0) return {};
  const end = Math.floor(now / HOUR) * HOUR;
  const { MetricDataResults = [] } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(end - HOUR),
      EndTime: new Date(end),
      MetricDataQueries: hosts.map(({ id }, index) => ({
        Id: `m${index}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/EC2',
            MetricName: 'CPUUtilization',
            Dimensions: [{ Name: 'InstanceId', Value: id }],
          },
          Period: HOUR / 1000,
          Stat: 'Average',
        },
      })),
    }),
  );
  return Object.fromEntries(
    MetricDataResults.flatMap(({ Id = '', Values = [] }) => {
      const host = hosts[Number(Id.slice(1))];
      return host && Values[0] !== undefined ? [[host.id, Values[0]] as const] : [];
    }),
  );
}
