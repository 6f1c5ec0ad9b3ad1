import { PROXY_ROOT_GIB, SNAPSHOTS_KEPT } from '../../constructs/sizes';
import type { Agent, Airlock } from '../config/model';
import {
  addressItems,
  alarmItems,
  auditLogItems,
  dnsDomainItems,
  flowLogItems,
  type Item,
  keyItems,
  machineItems,
  metricItems,
  natGatewayItems,
  snapshotItems,
  stateVolumeItems,
  transitGatewayItems,
} from './item';

/**
 * What the template of a configuration will cost, without building it: `airlock check` takes a fraction of a second and
 * loads no CDK. `test/cost/template.test.ts` holds it equal to what the template says.
 */
export function itemsOfConfiguration(airlock: Airlock): Item[] {
  const { agents, audit, network } = airlock;
  return [
    ...agents.flatMap((agent) => itemsOfAgent(airlock, agent)),
    ...keyItems(undefined, true),
    ...flowLogItems(agents.length * 2, audit.retentionDays),
    ...(network.dns === 'firewall'
      ? [...dnsDomainItems(1), ...alarmItems(undefined), ...metricItems(undefined)]
      : []),
    ...(network.egress === 'nat-gateway'
      ? [...addressItems(undefined), ...natGatewayItems(agents.length)]
      : []),
    ...(network.egress === 'transit-gateway' ? transitGatewayItems(agents.length) : []),
  ];
}

function itemsOfAgent({ audit, network }: Airlock, { name, host, proxy }: Agent): Item[] {
  // A volume that is attached as it is has a size of its own, which no template says.
  const stateGiB = host.stateFrom?.startsWith('vol-') ? undefined : host.stateGiB;
  const disk = (gib: number) => [{ type: 'gp3', gib }];
  return [
    ...machineItems(name, {
      part: 'agent-host',
      type: host.instanceType,
      disks: disk(host.rootGiB),
    }),
    ...stateVolumeItems(name, 'gp3', stateGiB),
    ...snapshotItems(name, stateGiB, SNAPSHOTS_KEPT),
    ...machineItems(name, {
      part: 'proxy-box',
      type: proxy.instanceType,
      disks: disk(PROXY_ROOT_GIB),
    }),
    ...(network.egress === 'address' ? addressItems(name) : []),
    ...keyItems(name, true),
    ...auditLogItems(name, audit.retentionDays),
    ...alarmItems(name),
    ...metricItems(name),
  ];
}
