import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { auditLogGroup, caKeyParameter, flowLogGroup } from '../../../constructs/names';
import type { JsonClient } from '../../../constructs/provider/function/json-service';
import { isSameKey, newestVersion } from '../secret-history';
import { asking } from './asking';
import type { Live, LiveMachine } from './live';
import { dnsFirewallOf } from './live-dns-firewall';
import { flowLogsOf } from './live-flow-logs';
import { linesOf } from './live-log';
import { machinesOf } from './live-machines';
import { stateSourceOf } from './live-state-source';
import { stateVolumesOf } from './live-volumes';

export interface LiveClients {
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly kms: Pick<KMSClient, 'send'>;
  readonly ssm: Pick<SSMClient, 'send'>;
  readonly logs: Pick<CloudWatchLogsClient, 'send'>;
  readonly resolver: JsonClient;
}

/** Reads the deployed cell. No call writes or decrypts. */
export function awsLive(clients: LiveClients, region: string, stack: string, agent: string): Live {
  const { ec2, ssm, logs, kms, resolver } = clients;
  const ask = asking(region);
  const cell = `${stack}/${agent}`;
  let key: Promise<string | undefined> | undefined;
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

  /** The history names the key without decrypting the value. */
  async function newest(name: string) {
    return ask('ssm:GetParameterHistory', async () => {
      try {
        return await newestVersion(ssm, name);
      } catch (error) {
        if (error instanceof Error && error.name === 'ParameterNotFound') return undefined;
        throw error;
      }
    });
  }

  const live: Live = {
    region,
    machines: () => {
      machines ??= machinesOf(ec2, ask, cell);
      return machines;
    },
    stateVolumes: () => stateVolumesOf(ec2, ask, cell),
    dnsFirewall: async () => {
      const hosts = (await live.machines()).filter(({ part }) => part === 'agent-host');
      return dnsFirewallOf(resolver, ask, hosts[0]?.vpc ?? '');
    },
    flowLogs: () => flowLogsOf(ec2, ask, flowLogGroup(stack)),
    stateSource: (from) => stateSourceOf({ ec2, kms }, ask, from),
    secret: async (name) => {
      const found = await newest(name);
      if (!found) return 'missing';
      if (found.keyId === undefined) return 'plain';
      // The deployment makes version 1; `airlock secrets put` the next.
      if (found.version <= 1) return 'unset';
      key ??= newest(caKeyParameter(stack, agent)).then((ca) => ca?.keyId);
      return isSameKey(found.keyId, await key) ? 'set' : 'other-key';
    },
    text: async (name) => (await parameter(name))?.Value,
    auditLines: (since, see) => linesOf(logs, ask, auditLogGroup(stack, agent), region, since, see),
  };
  return live;
}
