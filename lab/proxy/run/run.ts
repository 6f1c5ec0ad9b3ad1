import type { Progress } from '../../host/progress';
import { planLab } from '../../network/plan/read';
import { type Roles, rolesOf } from '../../network/plan/roles';
import { secondsOf } from '../../network/run/run';
import { VARIANTS, weaken } from '../../network/weakened/variants';
import type { ProofReport } from '../../proof/judge';
import { SHIPPED } from '../../proof/observations';
import type { NetworkReport, ProxyProgramReport } from '../../report';
import type { Decisions } from '../decisions';
import { AIMS } from '../egress-bench/aim';
import type { BenchRound } from '../egress-bench/score';
import { CHANGE_PROOFS } from '../plan/changes';
import { CONTAINMENT_PROOFS } from '../plan/containment';
import { GRANT_PROOFS } from '../plan/grants';
import { legitimateUses } from '../plan/legitimate';
import { RECORD_CHECKS } from '../plan/record-checks';
import { bestAttacker, type Target, targetOf } from '../plan/target';
import type { Use } from '../plan/use';
import { runAttempts } from './attempts';
import { runChanges } from './changes';
import { runContainment } from './containment';
import { type Context, contextOf, type ProxyRun } from './context';
import { decisionProofs, namesIn, runDecisions } from './decisions';
import { Deployment } from './deployment';
import { runEgressBench } from './egress-bench';
import { runGrants } from './grants';
import { runUses } from './legitimate';
import { runRecords } from './records';
import { needsOpenNetwork, runWeakened } from './weakened';

export interface ProxyFindings {
  readonly proxyProgram: ProxyProgramReport;
  readonly proofs: readonly ProofReport[];
  readonly networks: readonly NetworkReport[];
  readonly egressBench?: readonly BenchRound[];
}

/** Milliseconds that an audit line may take to be written. */
const AMPLE = 5_000;
const STOPPED = 'stopped';

/**
 * Attacks the proxy boxes of a template.
 *
 * 1. Builds the shipped network, with an internet and a working proxy box in each cell.
 * 2. Runs legitimate traffic, and checks what the boxes recorded of it.
 * 3. Runs every attempt against the attacker's proxy box.
 * 4. Weakens that box, one thing at a time, and runs again what must fail there.
 * 5. Contains the attacker, and rotates a secret.
 * 6. Changes its policy while requests are in flight.
 * 7. Grants a high-risk rule, revokes the grant, and lets one end.
 * 8. Puts the shared decision cases to it, each under the policy that the case names.
 * 9. Stops every proxy box, and runs legitimate traffic again, which must fail.
 * 10. Builds the network with open security groups and ACLs, and repeats step 4 for attempts that need this.
 * 11. Judges every proof by what it showed.
 */
export async function runProxies(run: ProxyRun, progress: Progress): Promise<ProxyFindings> {
  const { kind, version, origin } = run.program;
  const context = contextOf(run, progress);
  const attacker = run.attacker ?? bestAttacker(context.cells);
  const roles = rolesOf(run.plan, attacker);
  if (attacker === undefined || roles === undefined) {
    throw new Error(
      'no policy of this template allows a GET: an attack on a proxy box needs one to begin with',
    );
  }
  const uses: Use[] = [];
  let egressBench: ProxyFindings['egressBench'];
  const title = `${kind} ${version} on the proxy boxes`;
  const networks = [
    await onDeployment(context, 'proxies', title, roles, async (deployment, target) => {
      if (run.withTraffic) {
        const boxes = deployment.boxes.map(({ cell, address }) => ({ ...cell, own: address }));
        uses.push(...legitimateUses(boxes));
      }
      const proofs = await testShipped(context, deployment, target, uses);
      const weakened = await runWeakened(context, deployment, target, 'shipped');
      const contained = run.withContainment ? await runContainment(context, deployment, target) : 0;
      const changed = run.withChanges ? await runChanges(context, deployment, target) : 0;
      const granted = run.withGrants ? await runGrants(context, deployment, target) : 0;
      if (run.decisions !== undefined) await testDecisions(context, deployment, target, run.decisions);
      if (run.bench !== undefined) {
        const { http } = run.bench;
        progress.network('bench', 'agent-egress-bench', AIMS.length * http.length);
        egressBench = await runEgressBench(deployment, target, run.bench, progress.done);
      }
      await testStopped(context, deployment, uses);
      return proofs + weakened + contained + changed + granted + uses.length;
    }),
  ];
  const planned = needsOpenNetwork(context) ? planLab(weaken(run.template, VARIANTS.vpc, roles)) : undefined;
  const open = planned?.ok ? rolesOf(planned.plan, attacker) : undefined;
  if (open !== undefined) {
    const what = 'every security group and network ACL opened';
    networks.push(
      await onDeployment(context, 'proxies, open', what, open, (deployment, target) =>
        runWeakened(context, deployment, target, 'open'),
      ),
    );
  }
  const proofs = [
    ...run.attempts,
    ...uses,
    ...(run.withTraffic ? RECORD_CHECKS : []),
    ...(run.withContainment ? CONTAINMENT_PROOFS : []),
    ...(run.withChanges ? CHANGE_PROOFS : []),
    ...(run.withGrants ? GRANT_PROOFS : []),
    ...(run.decisions === undefined ? [] : decisionProofs(run.decisions)),
  ];
  return {
    proxyProgram: { kind, version, origin },
    proofs: proofs.map((each) => context.seen.judge(each)),
    networks,
    egressBench,
  };
}

/** Builds a network with proxy boxes at work, uses it, and takes it down. @param use returns how many proofs ran */
async function onDeployment(
  context: Context,
  name: string,
  what: string,
  roles: Roles,
  use: (deployment: Deployment, target: Target) => Promise<number>,
): Promise<NetworkReport> {
  const { now, program, decisions, bench } = context;
  const begun = now().getTime();
  const names = [
    ...(decisions === undefined ? [] : namesIn(decisions)),
    ...(bench === undefined
      ? []
      : bench.http.map(({ url }) => url.hostname).filter((name) => /[a-z]$/.test(name))),
  ];
  const series = `${context.run}-${name.replaceAll(/\W+/g, '-')}`;
  const { release } = program;
  const deployment = await Deployment.build({ ...context, roles, release, series, names });
  const built = now().getTime();
  try {
    await context.checkSealed();
    const probes = await use(deployment, targetIn(context, roles));
    return {
      ...{ name, what, probes, namespaces: deployment.network.probers.size + 1 },
      buildSeconds: secondsOf(built - begun),
      runSeconds: secondsOf(now().getTime() - built),
    };
  } finally {
    await deployment.takeDown();
  }
}

/** @throws when the attacker's policy leaves nothing to begin with */
function targetIn({ cells }: Context, roles: Roles): Target {
  const agent = roles.agent.machine?.agent ?? '';
  const cell = cells.find((each) => each.agent === agent);
  const target = cell && targetOf(roles, agent, cell.policy);
  if (target === undefined)
    throw new Error(
      `the policy of ${agent} allows no GET: an attack on its proxy box needs one to begin with`,
    );
  return target;
}

async function testShipped(
  context: Context,
  deployment: Deployment,
  target: Target,
  uses: readonly Use[],
): Promise<number> {
  const { attempts, progress, scratch, secrets } = context;
  const note = context.noteIn(SHIPPED);
  const total = uses.length + attempts.length;
  progress.network('proxies', 'legitimate traffic, and attempts on the policy as it is', total);
  if (context.withTraffic) {
    const { boxes } = deployment;
    const run = { deployment, boxes, uses, scratch, secrets, checks: RECORD_CHECKS, patience: AMPLE };
    const results = await runRecords(run, note, () => undefined);
    for (const [id, { observation }] of results) note(id, observation);
  }
  await runAttempts(deployment, target, attempts, note);
  return total;
}

async function testDecisions(
  context: Context,
  deployment: Deployment,
  target: Target,
  decisions: Decisions,
): Promise<void> {
  const proofs = decisionProofs(decisions);
  context.progress.network('decisions', 'the shared decision cases', proofs.length);
  await runDecisions(deployment, target.agent, decisions, context.noteIn(SHIPPED));
}

async function testStopped(context: Context, deployment: Deployment, uses: readonly Use[]): Promise<void> {
  if (uses.length === 0) return;
  context.progress.network(STOPPED, 'the proxy boxes stopped: legitimate traffic must fail', uses.length);
  for (const box of deployment.boxes) await box.cause('stopped');
  const results = await runUses(deployment, uses, context.scratch, () => undefined);
  for (const [id, { observation }] of results) context.noteIn(STOPPED)(id, observation);
}
