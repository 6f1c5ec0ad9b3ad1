import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { auditLogGroup, flowLogGroup } from '../../../constructs/names';
import { asking } from './asking';
import type { Live, LiveMachine } from './live';
import { flowLogsOf } from './live-flow-logs';
import { linesOf } from './live-log';
import { machinesOf } from './live-machines';
import { stateVolumesOf } from './live-volumes';

export interface LiveClients {
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly ssm: Pick<SSMClient, 'send'>;
  readonly logs: Pick<CloudWatchLogsClient, 'send'>;
}

/** The deployed cell, asked with read permissions only; no call decrypts anything. */
export function awsLive(clients: LiveClients, region: string, stack: string, agent: string): Live {
  const { ec2, ssm, logs } = clients;
  const ask = asking(region);
  const cell = `${stack}/${agent}`;
  let machines: Promise<readonly LiveMachine[]> | undefined;

  async function parameter(name: string) {
    const { GetParameterCommand } = await import('@aws-sdk/client-ssm');
    return ask('ssm:GetParameter', async () => {
      try {
        return (await ssm.send(new GetParameterCommand({ Name: name }))).Parameter;
      } catch (error) {
        if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
        throw error;
      }
    });
  }

  return {
    region,
    machines: () => {
      machines ??= machinesOf(ec2, ask, cell);
      return machines;
    },
    stateVolumes: () => stateVolumesOf(ec2, ask, cell),
    flowLogs: () => flowLogsOf(ec2, ask, flowLogGroup(stack)),
    secret: async (name) => {
      const found = await parameter(name);
      if (!found) return 'missing';
      if (found.Type !== 'SecureString') return 'plain';
      // The deployment makes version 1; `airlock secrets put` the next.
      return (found.Version ?? 0) > 1 ? 'set' : 'unset';
    },
    text: async (name) => (await parameter(name))?.Value,
    auditLines: (since, see) => linesOf(logs, ask, auditLogGroup(stack, agent), region, since, see),
  };
}
