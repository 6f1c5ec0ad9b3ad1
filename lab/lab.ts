import { tmpdir } from 'node:os';
import { type KitTemplate, readKitTemplate } from '../lib/operations/user-data';
import { type Held, holdMachine } from './host/hold-machine';
import { clearLeftovers } from './host/janitor';
import { watchOwnLinks } from './host/own-links';
import type { Progress } from './host/progress';
import { findTools, type Tools } from './host/requirements';
import { NETWORK_ATTEMPTS, NETWORK_CONTROLS } from './network/attempts';
import type { Plan } from './network/plan/plan';
import { planLab } from './network/plan/read';
import { type Roles, rolesOf } from './network/plan/roles';
import { runNetworks } from './network/run/run';
import type { PlainTemplate } from './network/weakened/edits';
import { PROXY_ATTEMPTS } from './proxy/attempts';
import { type Corpus, readCorpus } from './proxy/egress-bench/case';
import type { ProxyRun } from './proxy/run/context';
import { sharedDecisions } from './proxy/run/decisions';
import { findProxyProgram, type ProxyProgram, type ProxyProgramOptions } from './proxy/run/proxy-program';
import { runProxies } from './proxy/run/run';
import { type LabReport, scopeOf } from './report';

export type LabResult =
  | { readonly reason: 'finished'; readonly report: LabReport }
  /** The template holds resources that the lab can't build; each by name. */
  | { readonly reason: 'refused'; readonly problems: readonly string[] }
  /** Something is missing, busy or unreadable. */
  | { readonly reason: 'unready'; readonly message: string };

export interface LabOptions extends Omit<ProxyProgramOptions, 'scratch'> {
  /** Path of a template. */
  readonly template: string;
  /** Ids of attempts or of groups of them (`A01`, `A`); `Y` is legitimate traffic and its records. @default everything */
  readonly only?: readonly string[];
  /** The agent whose machines are attacked. @default the first that reads with a secret */
  readonly attacker?: string;
  /** Path of the Node.js that runs this: named in the report. */
  readonly node: string;
  readonly now: () => Date;
  /** Directory of agent-egress-bench's cases. @default they are not run */
  readonly egressBench?: string;
  /** Leaves the proxy boxes out. @default they run */
  readonly networkOnly?: boolean;
}

/**
 * Attacks a template's network and its proxy boxes.
 *
 * 1. Selects the attempts, and checks that this machine has the tools.
 * 2. Reads the template, and plans its network.
 * 3. Finds an iron-proxy, or builds the stand-in; without attempts on proxy boxes, neither.
 * 4. Holds this machine (host/hold-machine.ts), and attacks the network, then the proxy boxes.
 */
export async function lab(options: LabOptions, progress: Progress): Promise<LabResult> {
  const unready = (message: string): LabResult => ({ reason: 'unready', message });
  const selected = ({ id }: { readonly id: string }) =>
    options.only === undefined || options.only.some((only) => only !== '' && id.startsWith(only));
  const attempts = NETWORK_ATTEMPTS.filter(selected);
  const proxyAttempts = options.networkOnly ? [] : PROXY_ATTEMPTS.filter(selected);
  // Both take a minute and more: `--only Y` leaves them out.
  const asksFor = (group: string) =>
    !options.networkOnly && (options.only?.some((only) => only.startsWith(group)) ?? true);
  const slow = { withContainment: asksFor('Y4'), withChanges: asksFor('Y5'), withGrants: asksFor('Y6') };
  const withBoxes = proxyAttempts.length > 0 || asksFor('Y');
  if (attempts.length === 0 && !withBoxes) {
    const ids = [...NETWORK_ATTEMPTS, ...PROXY_ATTEMPTS].map(({ id }) => id[0]);
    const groups = [...new Set(ids)].sort().join(', ');
    return unready(
      `no attempt "${options.only?.join(', ')}": groups are ${groups}, attempts such as ${NETWORK_ATTEMPTS[0]?.id}`,
    );
  }
  const found = findTools(options.node, options.path, withBoxes);
  if (!found.ok) return unready(found.message);

  const read = readKitTemplate(options.template);
  if (!read.ok) return unready(read.message);
  const planned = planLab(read.template);
  if (!planned.ok) return { reason: 'refused', problems: planned.problems };
  const roles = rolesOf(planned.plan, options.attacker);
  if (roles === undefined) {
    const problem =
      'no agent host with its proxy box: the lab attacks from cells of this kit, known by their tags';
    return { reason: 'refused', problems: [problem] };
  }
  const { attacker } = options;
  if (attacker !== undefined && roles.agent.machine?.agent !== attacker)
    return unready(`no agent "${attacker}" in this template`);

  let bench: Corpus | undefined;
  try {
    bench = options.egressBench === undefined ? undefined : readCorpus(options.egressBench);
  } catch (error) {
    return unready((error as Error).message);
  }
  const held = await holdMachine(
    tmpdir(),
    async (scratch) =>
      withBoxes ? findProxyProgram({ ...options, scratch }) : { ok: true, program: undefined },
    (machine) => {
      const { plan } = planned;
      const { tools } = found;
      return attack(
        { options, bench, attempts, proxyAttempts, slow, read, plan, roles, tools, ...machine },
        progress,
      );
    },
    progress.end,
  );
  return held.ok ? { reason: 'finished', report: held.report } : unready(held.message);
}

/** `program` is undefined when the proxy boxes are left out. */
interface Prepared extends Held<ProxyProgram | undefined> {
  readonly options: LabOptions;
  readonly bench: Corpus | undefined;
  readonly attempts: typeof NETWORK_ATTEMPTS;
  readonly proxyAttempts: typeof PROXY_ATTEMPTS;
  readonly slow: Pick<ProxyRun, 'withContainment' | 'withChanges' | 'withGrants'>;
  readonly read: Extract<KitTemplate, { ok: true }>;
  readonly plan: Plan;
  readonly roles: Roles;
  readonly tools: Tools;
}

async function attack(prepared: Prepared, progress: Progress): Promise<LabReport> {
  const { options, bench, attempts, proxyAttempts, slow, read, plan, roles, program, tools, run, scratch } =
    prepared;
  const { now, node, only, attacker } = options;
  const started = now();
  await clearLeftovers();
  const unchanged = await watchOwnLinks();
  let sealed = true;
  const checkSealed = async () => {
    sealed = (await unchanged()) && sealed;
  };
  const common = { run, template: read.template as PlainTemplate, tools, now, checkSealed };
  const onNetwork = { ...common, roles, attempts, controls: attempts.length === 0 ? [] : NETWORK_CONTROLS };
  const { proofs, networks, drops, questions } = await runNetworks(onNetwork, progress);
  const everything = only === undefined;
  const withTraffic = everything || only.includes('Y');
  const decisions = everything ? sharedDecisions() : undefined;
  const onProxies = { ...common, ...slow, plan, attempts: proxyAttempts, withTraffic, decisions };
  const proxies =
    program && (await runProxies({ ...onProxies, program, node, scratch, bench, attacker }, progress));
  await checkSealed();
  return {
    format: 2,
    scope: scopeOf(proxies?.proxyProgram),
    started: started.toISOString(),
    seconds: Math.round((now().getTime() - started.getTime()) / 100) / 10,
    template: { file: options.template, sha256: read.sha256 },
    versions: tools.versions,
    attacker: roles.agent.title,
    modes: modesOf(plan),
    machines: plan.stations.map(({ title, v4, publicV4 }) => ({
      title,
      address: v4,
      ...(publicV4 && { publicAddress: publicV4 }),
    })),
    proxyProgram: proxies?.proxyProgram,
    egressBench: proxies?.egressBench,
    proofs: [...proofs, ...(proxies?.proofs ?? [])],
    drops,
    questions,
    networks: [...networks, ...(proxies?.networks ?? [])],
    sealed,
    assumptions: plan.network.template.assumptions,
  };
}

function modesOf({ services: { resolver }, stations }: Plan): LabReport['modes'] {
  const nat = stations.some(({ kind }) => kind === 'nat-gateway');
  return {
    resolver: `${resolver.state} (${resolver.why})`,
    egress: nat ? 'NAT gateway' : 'public addresses',
  };
}
