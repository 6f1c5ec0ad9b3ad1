import { overlap, parseCidr } from '../../../constructs/address/cidr';
import { faultsOf } from '../../../constructs/provider/resources/vpc/state';
import type { Airlock } from '../../config/model';
import { QUOTAS } from '../../quotas/quotas';
import { fail, notApplicable, pass, type Verdict } from '../preflight/check';
import type { LiveAccount } from './aws-account';
import { takenAway } from './boundary';
import { freeBlocks } from './free-blocks';
import type { RolePermissions } from './role-permissions';

export interface AccountSubject {
  readonly airlock: Airlock;
  readonly permissions: RolePermissions;
  readonly live: LiveAccount;
}

export interface AccountCheck {
  readonly id: string;
  /** What is true when it passes. */
  readonly title: string;
  readonly run: (subject: AccountSubject) => Promise<Verdict>;
}

const quotas: readonly AccountCheck[] = QUOTAS.map((quota) => ({
  id: `quota-${quota.code}`,
  title: `the account has enough ${quota.name}`,
  run: async ({ airlock, live }) => {
    const needed = quota.need(airlock);
    if (needed === 0) return notApplicable('this configuration takes none');
    const [value, used] = [await live.quota(quota), await live.used(quota)];
    const numbers = `the stack needs ${needed}, others use ${used}, the quota is ${value}`;
    return used + needed <= value
      ? pass(numbers)
      : fail(
          numbers,
          `ask for at least ${used + needed} of ${quota.service} ${quota.code} in Service Quotas`,
        );
  },
}));

const transitGateway: AccountCheck = {
  id: 'transit-gateway',
  title: 'the Transit Gateway takes the attachment',
  run: async ({ airlock: { network, env }, live }) => {
    const id = network.transitGateway;
    if (id === undefined) return notApplicable('network.egress names none');
    const found = await live.transitGateway(id);
    if (!found) {
      const fix =
        'write the id of one of this region, and share it with the account (Resource Access Manager)';
      return fail(`${id} is not known in ${live.region} to this account`, fix);
    }
    if (found.state !== 'available') return fail(`${id} is ${found.state}`, 'wait until it is available');
    if (!found.acceptsByItself && found.owner !== env.account) {
      return fail(
        `${id} belongs to the account ${found.owner} and waits for a person to accept an attachment`,
        `enable AutoAcceptSharedAttachments on it; or, if ${found.owner} is the stack's own account, write env.account`,
      );
    }
    const cidr = parseCidr(network.cidr);
    const clash = found.neighbours
      .flatMap(({ vpc, blocks }) => blocks.map((block) => ({ vpc, block, range: parseCidr(block) })))
      .find(({ range }) => cidr && range && overlap(cidr, range));
    return clash
      ? fail(
          `network.cidr ${network.cidr} overlaps ${clash.block} of ${clash.vpc}, which is attached to ${id}, too`,
          'choose a block that overlaps none',
        )
      : pass(`${id} is available, and no VPC of this account behind it overlaps ${network.cidr}`);
  },
};

const ipamPool: AccountCheck = {
  id: 'ipam-pool',
  title: 'the IPAM pool gives the block that network.cidr says',
  run: async ({ airlock: { network }, live }) => {
    const { ipamPool: id, cidr } = network;
    if (id === undefined) return notApplicable('network.ipamPool names none');
    const pool = await live.ipamPool(id);
    if (!pool)
      return fail(`${id} is not known in ${live.region} to this account`, 'share it with the account');
    if (!pool.isIpv4) return fail(`${id} gives IPv6 blocks`, 'name an IPv4 pool');
    if (pool.locale !== live.region) {
      return fail(`${id} gives blocks to ${pool.locale}`, `name a pool whose locale is ${live.region}`);
    }
    const free = freeBlocks(pool.blocks, pool.given, Number(cidr.split('/')[1]), 2);
    if (free.length === 1 && free[0] === cidr)
      return pass(`${cidr} is the one block of its size that ${id} has left`);
    const left =
      free.length > 0
        ? `it has ${free.join(', ')}${free.length > 1 ? ' and may have more' : ''}`
        : 'it has none of that size';
    return fail(
      `${id} need not give ${cidr}: ${left}, and CloudFormation can't ask for a certain one`,
      `give ${cidr} to a pool of its own, or make the VPC from the pool by hand and name it in network.vpc`,
    );
  },
};

const vpc: AccountCheck = {
  id: 'vpc',
  title: 'the existing VPC holds nothing but this stack',
  run: async ({ airlock: { network, env }, live }) => {
    if (network.vpc === undefined) return notApplicable('network.vpc names none');
    const state = await live.vpc(network.vpc);
    if (!state)
      return fail(
        `${network.vpc} is not known in ${live.region} to this account`,
        'write the id of one of this region',
      );
    const wanted = {
      account: env.account ?? state.owner,
      cidr: network.cidr,
      dnsSupport: network.dns === 'firewall',
    };
    const faults = faultsOf(state, wanted);
    return faults.length === 0
      ? pass(`${network.vpc} is the stack's alone`)
      : fail(
          `${network.vpc}: ${faults.join('; ')}`,
          'name a VPC that holds nothing else, or leave network.vpc out',
        );
  },
};

const boundary: AccountCheck = {
  id: 'permissions-boundary',
  title: 'the permissions boundary leaves the roles what they need',
  run: async ({ airlock: { permissionsBoundary: arn }, permissions, live }) => {
    if (arn === undefined) return notApplicable('permissionsBoundary names none');
    const denied = takenAway(await live.boundary(arn), permissions.actions);
    return denied.length === 0
      ? pass(`it allows the ${permissions.actions.length} actions of the stack's roles`)
      : fail(`it leaves out ${denied.join(', ')}`, 'allow them in the boundary (docs/PERMISSIONS.md)');
  },
};

/** Before the first deployment, and again after any: what the account must have for this stack. */
export const ACCOUNT_CHECKS: readonly AccountCheck[] = [...quotas, transitGateway, ipamPool, vpc, boundary];
