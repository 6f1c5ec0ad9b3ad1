import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { auditLogGroup, TAG_CELL, TAG_PART } from '../../../constructs/names';
import { awsFailure } from '../aws-failure';
import type { Live, LiveMachine } from './live';

export interface LiveClients {
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly ssm: Pick<SSMClient, 'send'>;
  readonly logs: Pick<CloudWatchLogsClient, 'send'>;
}

/** A page holds up to 10,000 events (CloudWatch Logs API, FilterLogEvents). */
const MOST_PAGES = 20;

class AwsError extends Error {
  constructor(
    message: string,
    readonly fix: string,
  ) {
    super(message);
  }
}

export function isAwsError(error: unknown): error is Error & { readonly fix: string } {
  return error instanceof AwsError;
}

/** The deployed cell, asked with read permissions only; no call decrypts anything. */
export function awsLive(clients: LiveClients, region: string, stack: string, agent: string): Live {
  const { ec2, ssm, logs } = clients;
  const cell = { Name: `tag:${TAG_CELL}`, Values: [`${stack}/${agent}`] };

  async function asked<T>(action: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const { message, fix } = awsFailure(action, region, error);
      throw new AwsError(message, fix);
    }
  }

  async function parameter(name: string) {
    const { GetParameterCommand } = await import('@aws-sdk/client-ssm');
    return asked('ssm:GetParameter', async () => {
      try {
        return (await ssm.send(new GetParameterCommand({ Name: name }))).Parameter;
      } catch (error) {
        if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
        throw error;
      }
    });
  }

  return {
    machines: async () => {
      const { DescribeInstancesCommand } = await import('@aws-sdk/client-ec2');
      const Filters = [
        cell,
        { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
      ];
      const { Reservations = [] } = await asked('ec2:DescribeInstances', () =>
        ec2.send(new DescribeInstancesCommand({ Filters })),
      );
      return Reservations.flatMap(({ Instances = [] }) => Instances).map(
        (instance): LiveMachine => ({
          id: instance.InstanceId ?? '',
          part:
            instance.Tags?.find(({ Key }) => Key === TAG_PART)?.Value === 'proxy-box'
              ? 'proxy-box'
              : 'agent-host',
          state: instance.State?.Name ?? '',
          hasPublicAddress: instance.PublicIpAddress !== undefined,
          hasProfile: instance.IamInstanceProfile !== undefined,
        }),
      );
    },
    newestSnapshot: async () => {
      const { DescribeSnapshotsCommand, DescribeVolumesCommand } = await import('@aws-sdk/client-ec2');
      const { Volumes = [] } = await asked('ec2:DescribeVolumes', () =>
        ec2.send(
          new DescribeVolumesCommand({ Filters: [cell, { Name: `tag:${TAG_PART}`, Values: ['state'] }] }),
        ),
      );
      const ids = Volumes.flatMap(({ VolumeId }) => VolumeId ?? []);
      if (ids.length === 0) return undefined;
      const Filters = [
        { Name: 'volume-id', Values: ids },
        { Name: 'status', Values: ['completed'] },
      ];
      const { Snapshots = [] } = await asked('ec2:DescribeSnapshots', () =>
        ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters })),
      );
      const times = Snapshots.flatMap(({ StartTime }) => StartTime?.getTime() ?? []);
      return times.length === 0 ? undefined : new Date(Math.max(...times));
    },
    // The deployment makes version 1; `airlock secrets put` the next.
    isSet: async (name) => ((await parameter(name))?.Version ?? 0) > 1,
    text: async (name) => (await parameter(name))?.Value,
    auditLines: async (since) => {
      const { FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
      const lines: string[] = [];
      let nextToken: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const found = await asked('logs:FilterLogEvents', () =>
          logs.send(
            new FilterLogEventsCommand({
              logGroupName: auditLogGroup(stack, agent),
              startTime: since.getTime(),
              nextToken,
            }),
          ),
        );
        lines.push(...(found.events ?? []).flatMap(({ message }) => message ?? []));
        nextToken = found.nextToken;
        if (nextToken === undefined) return { lines, isAll: true };
      }
      return { lines, isAll: false };
    },
  };
}
