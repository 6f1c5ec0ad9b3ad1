import { PROXY_ROOT_GIB, SNAPSHOTS_KEPT } from '../../constructs/sizes';
import type { Agent, Airlock } from '../config/model';
import {
  addressItems,
  alarmItems,
  archiveItems,
  auditLogItems,
  dashboardItems,
  dnsDomainItems,
  flowLogItems,
  type Item,
  journalItems,
  keyItems,
  machineItems,
  metricItems,
  natGatewayItems,
  reviewItems,
  snapshotItems,
  stateVolumeItems,
  transitGatewayItems,
  watchItems,
} from './item';

/**
 * The cost of a configuration without its template, so that `airlock check` loads no CDK. `test/cost/template.test.ts`
 * compares it with the cost of the template.
 */
export function itemsOfConfiguration(airlock: Airlock): Item[] {
  const { agents, audit, network } = airlock;
  return [
    ...agents.flatMap((agent) => itemsOfAgent(airlock, agent)),
    ...keyItems(undefined, true),
    ...flowLogItems(agents.length * 2, audit.retentionDays),
    ...watchItems(agents.length),
    ...(airlock.dashboard ? dashboardItems() : []),
    ...(network.dns === 'firewall' ? dnsDomainItems(1) : []),
    ...(network.egress === 'nat-gateway'
      ? [...addressItems(undefined), ...natGatewayItems(agents.length)]
      : []),
    ...(network.egress === 'transit-gateway' ? transitGatewayItems(agents.length) : []),
  ];
}

function itemsOfAgent({ audit, network, watch }: Airlock, { name, host, proxy }: Agent): Item[] {
  // No template contains the size of an existing volume.
  const stateGiB = host.stateFrom?.startsWith('vol-') ? undefined : host.stateGiB;
  const disk = (gib: number) => [{ type: 'gp3', gib }];
  return [
    ...machineItems(name, { part: 'agent-host', type: host.instanceType, disks: disk(host.rootGiB) }),
    ...stateVolumeItems(name, 'gp3', stateGiB),
    ...snapshotItems(name, stateGiB, SNAPSHOTS_KEPT),
    ...machineItems(name, { part: 'proxy-box', type: proxy.instanceType, disks: disk(PROXY_ROOT_GIB) }),
    ...(network.egress === 'address' ? addressItems(name) : []),
    ...keyItems(name, true),
    ...auditLogItems(name, audit.retentionDays),
    ...(audit.journal === false ? [] : journalItems(name, audit.retentionDays)),
    ...(watch?.review === 'off' ? [] : reviewItems(name)),
    ...(audit.archive ? archiveItems(name, audit.archiveDays ?? audit.retentionDays) : []),
    ...alarmItems(name),
    ...metricItems(name),
  ];
}
