import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../../constructs/package-root';
import { formatProblem } from '../../config';
import { IMAGES_LOCK } from '../../config/config-files';
import { daysOld } from '../../config/image-age';
import type { Agent, Airlock, PinnedImage, Problem } from '../../config/model';
import { itemsOfTemplate } from '../../cost/of-template';
import { PRICES } from '../../cost/price-table';
import { quote } from '../../cost/quote';
import { type EvidenceState, evidenceStates } from '../../evidence/evidence';
import { compilePolicy } from '../../policy';
import { type QuotaRoom, roomByDefault } from '../../quotas/quotas';
import { type NotModelled, unseen } from '../../reach';
import { OUTPUT, REPORT, readJson, resourcePaths, stacksIn, type Template } from './assembly';
import { type EgressSummary, egressOf } from './egress';
import { findingsOf, type PackFindings, type ValidationReport } from './findings';
import { type InvariantVerdict, proveInvariants } from './invariants';
import { nextSteps, type Step } from './next-steps';
import { countResources, type ResourceCount, TEMPLATE_LIMIT } from './resources';

/** What a synth built, for a person to read and for a program to judge. */
export interface Summary {
  readonly stack: string;
  readonly account?: string;
  readonly region?: string;
  readonly dns: Airlock['network']['dns'];
  readonly egress: Airlock['network']['egress'];
  readonly access: Airlock['access'];
  /** The whole stack's budget. */
  readonly monthlyUsd: number;
  readonly agents: readonly AgentSummary[];
  readonly invariants: readonly InvariantVerdict[];
  readonly findings: readonly PackFindings[];
  readonly resources: ResourceCount;
  /** How many more agents each default quota of an account allows. */
  readonly quotas: readonly QuotaRoom[];
  readonly template: { readonly file: string; readonly bytes: number; readonly limit: number };
  readonly warnings: readonly string[];
  /** What no template shows, so that the invariants can't be checked there. */
  readonly unseen: readonly NotModelled[];
  /** What the kit's own runs of the lab and the rehearsal saw. */
  readonly evidence: readonly EvidenceState[];
  readonly next: readonly Step[];
}

export interface AgentSummary {
  readonly name: string;
  readonly runtime: Agent['runtime'];
  readonly role: Agent['role'];
  readonly owner: string;
  readonly agentHost: Agent['host'];
  /** Instance type. */
  readonly proxyBox: string;
  /** Age of the pinned images in days; absent where it is unknown. */
  readonly imageDays: { readonly agentHost?: number; readonly proxyBox?: number };
  readonly budget: Agent['budget'];
  /** What it costs a month while it does nothing, by list prices; what has no price is left out. */
  readonly idleUsd: number;
  /** Resources in its cell. */
  readonly resources: number;
  readonly egress: readonly EgressSummary[];
}

/** Whether every invariant holds and no rule pack has a finding that nobody acknowledged. */
export function isWell({ invariants, findings }: Summary): boolean {
  return invariants.every(({ held }) => held) && findings.every(({ errors }) => errors === 0);
}

export type SummaryResult =
  | { readonly ok: true; readonly summary: Summary }
  | { readonly ok: false; readonly message: string };

/** Reads back what `cdk synth` left in a directory and joins it with the configuration it came from. */
export function summarise(
  airlock: Airlock,
  warnings: readonly Problem[],
  config: string,
  directory: string,
): SummaryResult {
  const stack = stacksIn(directory).find(({ name }) => name === airlock.name);
  if (!stack) return { ok: false, message: `no stack named ${airlock.name} in ${OUTPUT}` };
  const template = readJson<Template>(stack.file);
  const report = readJson<ValidationReport>(join(directory, REPORT));
  if (!template) return { ok: false, message: `the template ${stack.file} is not JSON` };
  if (!report) return { ok: false, message: `no ${REPORT} in ${OUTPUT}: the rule packs did not run` };
  const names = airlock.agents.map(({ name }) => name);
  const proof = proveInvariants(template, names);
  if (!proof.ok) return proof;
  const resources = countResources(template, resourcePaths(directory), stack.name, names);
  // The configuration's own warnings say it better.
  const isSaid = warnings.some(({ file }) => file.endsWith(IMAGES_LOCK));
  const { packs, annotations } = findingsOf(report, isSaid ? ['Annotation::airlock:unpinned-image'] : []);
  const own = packs.find(({ pack }) => pack === AIRLOCK_PACK);
  if (!own?.examined || own.examined.agents < names.length) {
    return { ok: false, message: `${REPORT} doesn't say that the pack ${AIRLOCK_PACK} examined every agent` };
  }
  const idle = idleCosts(template);
  return {
    ok: true,
    summary: {
      stack: airlock.name,
      account: airlock.env.account,
      region: airlock.env.region,
      dns: airlock.network.dns,
      egress: airlock.network.egress,
      access: airlock.access,
      monthlyUsd: airlock.budget.monthlyUsd,
      agents: airlock.agents.map((agent) => ({
        ...agentSummary(airlock, agent, resources.byAgent[agent.name] ?? 0),
        idleUsd: idle.get(agent.name) ?? 0,
      })),
      invariants: proof.invariants,
      findings: packs,
      resources,
      quotas: roomByDefault(airlock),
      template: {
        file: relative(join(directory, '..'), stack.file),
        bytes: statSync(stack.file).size,
        limit: TEMPLATE_LIMIT,
      },
      warnings: [...new Set([...warnings.map(formatProblem), ...annotations])],
      unseen: unseen(template),
      evidence: evidenceStates(packageRoot()),
      next: nextSteps(airlock, config),
    },
  };
}

/** By the agent's name. */
function idleCosts(template: Template): ReadonlyMap<string, number> {
  const read = itemsOfTemplate(template);
  const agents = read.ok ? quote(read.items, PRICES).agents : [];
  return new Map(agents.map(({ agent, idleUsd }) => [agent, idleUsd]));
}

function agentSummary(airlock: Airlock, agent: Agent, resources: number): Omit<AgentSummary, 'idleUsd'> {
  const { name, runtime, role, owner, host, proxy, budget } = agent;
  const egress = egressOf(agent, compilePolicy(airlock, agent).shut);
  return {
    name,
    runtime,
    role,
    owner,
    agentHost: host,
    proxyBox: proxy.instanceType,
    imageDays: {
      agentHost: imageDays(airlock, name, 'agent-host'),
      proxyBox: imageDays(airlock, name, 'proxy-box'),
    },
    budget,
    resources,
    egress,
  };
}

function imageDays({ images, env }: Airlock, agent: string, machine: PinnedImage['machine']) {
  const image = images.find(
    (each) => each.agent === agent && each.machine === machine && (!env.region || each.region === env.region),
  );
  return image && daysOld(image, new Date());
}

const AIRLOCK_PACK = 'Airlock';
