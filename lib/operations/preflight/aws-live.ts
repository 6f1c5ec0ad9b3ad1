import { auditLogGroup, flowLogGroup } from '../../../constructs/names';
import type { Aws } from '../aws';
import { agentKey, isSameKey, newestVersion } from '../secret-history';
import type { Live, LiveMachine } from './live';
import { dnsFirewallOf } from './live-dns-firewall';
import { flowLogsOf } from './live-flow-logs';
import { linesOf } from './live-log';
import { machinesOf } from './live-machines';
import { stateSourceOf } from './live-state-source';
import { stateVolumesOf } from './live-volumes';

/** Reads the deployed cell. No call writes or decrypts. */
export function awsLive(aws: Aws, stack: string, agent: string): Live {
  const cell = `${stack}/${agent}`;
  let key: Promise<string | undefined> | undefined;
  let machines: Promise<readonly LiveMachine[]> | undefined;

  const live: Live = {
    region: aws.region,
    machines: () => {
      machines ??= machinesOf(aws, cell);
      return machines;
    },
    stateVolumes: () => stateVolumesOf(aws, cell),
    dnsFirewall: async () => {
      const hosts = (await live.machines()).filter(({ part }) => part === 'agent-host');
      return dnsFirewallOf(aws, hosts[0]?.vpc ?? '');
    },
    flowLogs: () => flowLogsOf(aws, flowLogGroup(stack)),
    stateSource: (from) => stateSourceOf(aws, from),
    secret: async (name) => {
      const found = await newestVersion(aws, name);
      if (!found) return 'missing';
      if (found.keyId === undefined) return 'plain';
      // The deployment makes version 1; `airlock secrets put` the next.
      if (found.version <= 1) return 'unset';
      key ??= agentKey(aws, stack, agent);
      return isSameKey(found.keyId, await key) ? 'set' : 'other-key';
    },
    text: async (name) =>
      (await aws.find('ssm:GetParameter', { Name: name }, (error) => error.name === 'ParameterNotFound'))
        ?.Parameter?.Value,
    auditLines: (since, see) => linesOf(aws, auditLogGroup(stack, agent), since, see),
  };
  return live;
}
