import { answered, type NoAnswer, unlessRefused } from './aws';
import { isSameKey } from './secret-history';
import {
  grantsOf,
  imagesOf,
  type LiveGrant,
  type Refusal,
  refusalsOf,
  type Spend,
  type Stream,
  streamsOf,
} from './status/reads';
import { agentsOf, unknownAgent, type VerifyInput } from './verify';
import { budgetOf } from './verify/budget';
import { resourcesOf } from './verify/check';
import { type DeployedResource, readDeployed } from './verify/deployed';
import type { LiveHealth } from './verify/live/health';
import { type Live, liveOf } from './verify/live/live';
import type { LivePolicy } from './verify/live/policy';
import { type LiveParameter, valuesOf } from './verify/live/records';

export type StatusInput = Omit<VerifyInput, 'contained' | 'airlock'>;

export interface MachineStatus {
  readonly id: string;
  readonly part: string;
  readonly state: string;
  readonly image: string;
  /** Whole days since the image was made. @default it is gone, or AWS didn't say */
  readonly imageDays?: number;
}

/** What AWS tells of one agent. What it didn't tell is absent, and `missing` says why. */
export interface AgentStatus {
  readonly agent: string;
  readonly containment?: 'open' | 'contained' | 'partly contained';
  readonly machines?: readonly MachineStatus[];
  /** null: silent. */
  readonly health?: LiveHealth | null;
  readonly policy?: {
    readonly deployed: string;
    /** null: no health line says it. */
    readonly isInForce: boolean | null;
    /** Release of Amazon Linux that its proxy box upgrades to, and the days since. */
    readonly packages?: { readonly release: string; readonly days: number };
  };
  readonly secrets?: {
    readonly set: number;
    readonly unset: readonly string[];
    /** Set under another key than the agent's: its proxy box can't decrypt them. */
    readonly otherKey: readonly string[];
  };
  /** The live ones. */
  readonly grants?: readonly LiveGrant[];
  readonly refusals?: readonly Refusal[];
  readonly spend?: Spend;
  readonly streams?: readonly Stream[];
  readonly missing: readonly string[];
}

export type StatusResult =
  | {
      readonly reason: 'found';
      readonly stack: string;
      /** CloudFormation's word. */
      readonly status: string;
      readonly account: string;
      readonly region: string;
      readonly agents: readonly AgentStatus[];
    }
  | NoAnswer;

/** Looks at every agent side by side. A part that AWS refuses is missing, with the permission that it needs. */
export function status(input: StatusInput): Promise<StatusResult> {
  return answered(() => agentsStatus(input));
}

async function agentsStatus(input: StatusInput): Promise<StatusResult> {
  const { aws, stack } = input;
  const found = await readDeployed(aws, stack);
  if (found.reason !== 'found') return { reason: 'no-answer', message: found.message };
  const { deployed } = found;
  const all = agentsOf(deployed);
  if (input.agent !== undefined && !all.includes(input.agent)) {
    return { reason: 'no-answer', message: unknownAgent(input.agent, stack, all) };
  }
  const now = new Date(input.now.getTime() + aws.clockOffset());
  const live = liveOf(aws, deployed, now);
  const instances = resourcesOf(deployed, 'AWS::EC2::Instance');
  const ids = new Set(instances.map(({ id }) => id));
  const shared = {
    images: live.machines().then((machines) => {
      const own = machines.filter(({ id }) => ids.has(id));
      return imagesOf(
        aws,
        own.map(({ image }) => image),
      );
    }),
    spend: live.budgets(),
  };
  // Each agent awaits them itself; without this, a refusal that nobody awaits yet would end the program.
  for (const each of Object.values(shared)) each.catch(() => undefined);
  const agents = (input.agent === undefined ? all : [input.agent]).map((agent) =>
    agentStatus(agent, {
      live,
      now,
      ...shared,
      quarantine: resourcesOf(deployed, 'AWS::EC2::SecurityGroup', { part: 'quarantine' })[0]?.id,
      instances: instances.filter((each) => each.agent === agent),
      secrets: secretsOf(resourcesOf(deployed, 'Custom::AirlockAgentSecrets'), agent),
      budget: budgetOf(deployed, agent)?.name,
      key: resourcesOf(deployed, 'AWS::KMS::Key', { agent })[0]?.id,
      grants: (policy, parameters) => {
        const values = (names: readonly string[]) => valuesOf(aws, names);
        return grantsOf(values, parameters, policy.highRisk, { stack, agent, now });
      },
      refusals: () => refusalsOf(aws, { stack, agent, now }),
      streams: () => streamsOf(aws, stack, agent),
    }),
  );
  const { account } = deployed;
  return {
    reason: 'found',
    stack,
    status: deployed.status,
    account,
    region: aws.region,
    agents: await Promise.all(agents),
  };
}

interface Reading {
  readonly live: Live;
  readonly now: Date;
  readonly images: Promise<ReadonlyMap<string, Date>>;
  readonly spend: Promise<ReadonlyMap<string, Spend>>;
  readonly quarantine?: string;
  readonly instances: readonly DeployedResource[];
  readonly secrets: readonly string[];
  readonly budget?: string;
  readonly key?: string;
  readonly grants: (
    policy: Extract<LivePolicy, { ok: true }>,
    parameters: readonly LiveParameter[],
  ) => Promise<readonly LiveGrant[]>;
  readonly refusals: () => Promise<readonly Refusal[]>;
  readonly streams: () => Promise<readonly Stream[]>;
}

async function agentStatus(agent: string, reading: Reading): Promise<AgentStatus> {
  const { live, now } = reading;
  const missing = new Set<string>();
  const part = <T>(read: () => Promise<T>): Promise<T | undefined> =>
    unlessRefused(read, (why) => {
      missing.add(why);
      return undefined;
    });
  const [images, machines, containment, health, policy, parameters, refusals, streams, spend] =
    await Promise.all([
      part(() => reading.images),
      part(() => live.machines()),
      part(() => containmentOf(reading)),
      part(async () => (await live.health(agent)) ?? null),
      part(() => live.policy(agent)),
      part(() => live.parameters()),
      part(reading.refusals),
      part(reading.streams),
      part(async () => (await reading.spend).get(reading.budget ?? '')),
    ]);
  if (policy?.ok === false) missing.add(policy.problem);
  if (spend === undefined && (await isThere(reading.spend))) {
    missing.add('the account has no budget of it: deploy the stack');
  }
  const isSet = (name: string) => parameters?.some((each) => each.name === name && each.version > 1);
  return {
    agent,
    containment,
    machines: machines && machinesOf(reading, machines, images),
    health,
    policy: policy?.ok
      ? {
          deployed: policy.sha256.slice(0, 12),
          isInForce: health ? health.policy === policy.rendered : null,
          ...(policy.amazonLinux && { packages: packagesOf(policy.amazonLinux, now) }),
        }
      : undefined,
    secrets: parameters && {
      set: reading.secrets.filter(isSet).length,
      unset: reading.secrets.filter((name) => !isSet(name)),
      otherKey: reading.secrets.filter((name) => {
        const key = parameters.find((each) => each.name === name)?.key;
        return isSet(name) && !isSameKey(reading.key, key);
      }),
    },
    grants: policy?.ok && parameters ? await part(() => reading.grants(policy, parameters)) : undefined,
    refusals,
    spend,
    streams,
    missing: [...missing].sort(),
  };
}

async function isThere(answer: Promise<unknown>): Promise<boolean> {
  return answer.then(
    () => true,
    () => false,
  );
}

function machinesOf(
  { instances, now }: Reading,
  found: Awaited<ReturnType<Live['machines']>>,
  images: ReadonlyMap<string, Date> | undefined,
): MachineStatus[] {
  return instances.map(({ id, part = '' }) => {
    const machine = found.find((each) => each.id === id);
    const made = images?.get(machine?.image ?? '');
    const state = machine?.state ?? 'gone';
    return {
      id,
      part,
      state,
      image: machine?.image ?? '',
      ...(made && { imageDays: daysBetween(made, now) }),
    };
  });
}

/** By the groups of its interfaces, which a containment changes and nothing else does. */
async function containmentOf({ live, instances, quarantine }: Reading): Promise<AgentStatus['containment']> {
  const interfaces = (await live.interfaces()).filter(({ instance }) =>
    instances.some(({ id }) => id === instance),
  );
  const held = interfaces.filter(({ groups }) => groups.length === 1 && groups[0] === quarantine);
  if (held.length === 0) return 'open';
  return held.length === interfaces.length ? 'contained' : 'partly contained';
}

function packagesOf(release: string, now: Date) {
  const [, year, month, day] = /\.(\d{4})(\d\d)(\d\d)$/.exec(release) ?? [];
  return { release, days: daysBetween(new Date(`${year}-${month}-${day}T00:00:00Z`), now) };
}

function secretsOf(resources: readonly DeployedResource[], agent: string): string[] {
  const own = resources.find((each) => each.get('Agent') === agent);
  const names = own?.get('Parameters');
  return Array.isArray(names) ? names.map(String) : [];
}

function daysBetween(from: Date, to: Date): number {
  return Math.max(0, Math.floor((to.getTime() - from.getTime()) / 86_400_000));
}
