import type { Airlock } from '../config/model';
import { isStandard, vcpusOf } from './vcpus';

/** A limit of an account in one region, as in Service Quotas. */
export interface Quota {
  readonly service: 'ec2' | 'vpc';
  readonly code: string;
  readonly name: string;
  /** The default of an account (AWS General Reference, "Service quotas"). */
  readonly byDefault: number;
  /** The amount that one stack needs. */
  readonly need: (airlock: Airlock) => number;
  /** Whether each further agent needs more. */
  readonly perAgent: boolean;
}

const addresses = ({ network, agents }: Airlock) =>
  ({ address: agents.length, 'nat-gateway': 1, 'transit-gateway': 0 })[network.egress];

const vcpus = ({ agents }: Airlock) =>
  agents
    .flatMap(({ host, proxy }) => [host.instanceType, proxy.instanceType])
    .filter(isStandard)
    .reduce((sum, type) => sum + (vcpusOf(type) ?? 0), 0);

/** The quotas that a stack of some agents may exceed, the first to be exceeded first. */
export const QUOTAS: readonly Quota[] = [
  {
    service: 'ec2',
    code: 'L-1216C47A',
    name: 'vCPUs of running on-demand standard instances',
    byDefault: 5,
    need: vcpus,
    perAgent: true,
  },
  {
    service: 'ec2',
    code: 'L-0263D0A3',
    name: 'Elastic IP addresses',
    byDefault: 5,
    need: addresses,
    perAgent: true,
  },
  {
    service: 'vpc',
    code: 'L-F678F1CE',
    name: 'VPCs',
    byDefault: 5,
    need: ({ network }) => (network.vpc === undefined ? 1 : 0),
    perAgent: false,
  },
  {
    service: 'vpc',
    code: 'L-A4707A72',
    name: 'internet gateways',
    byDefault: 5,
    need: ({ network }) => (network.egress === 'transit-gateway' ? 0 : 1),
    perAgent: false,
  },
];

/** Quotas that the stack alone exceeds in an account with default quotas. */
export function beyondDefaults(airlock: Airlock): { readonly quota: Quota; readonly needed: number }[] {
  return QUOTAS.map((quota) => ({ quota, needed: quota.need(airlock) })).filter(
    ({ quota, needed }) => needed > quota.byDefault,
  );
}

export interface QuotaRoom {
  readonly quota: string;
  readonly code: string;
  readonly byDefault: number;
  /** The number of further agents that fit, each of the average size of the present ones. */
  readonly room: number;
}

/** The room that the default quotas leave for further agents. */
export function roomByDefault(airlock: Airlock): QuotaRoom[] {
  const count = Math.max(1, airlock.agents.length);
  return QUOTAS.filter((quota) => quota.perAgent && grows(quota, airlock)).map((quota) => {
    const needed = quota.need(airlock);
    const room = Math.max(0, Math.floor((quota.byDefault - needed) / (needed / count)));
    return { quota: quota.name, code: quota.code, byDefault: quota.byDefault, room };
  });
}

function grows(quota: Quota, airlock: Airlock): boolean {
  return quota.need({ ...airlock, agents: [...airlock.agents, ...airlock.agents] }) > quota.need(airlock);
}
