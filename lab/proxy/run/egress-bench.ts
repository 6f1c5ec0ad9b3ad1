import { AIMS, type Aim, aimed } from '../egress-bench/aim';
import type { BenchCase, Corpus } from '../egress-bench/case';
import { type BenchResult, type BenchRound, isClassified, roundOf, verdictOf } from '../egress-bench/score';
import { type AuditLine, auditLines } from '../plan/records';
import type { Target } from '../plan/target';
import type { Deployment } from './deployment';

/** Milliseconds to wait for an answer, and for the line about a refusal. */
const [PATIENCE, RECORD, STEP] = [6_000, 600, 100];

/** Sends every HTTP case through the attacker's proxy box, one after another: at its own host, then inside an allowed request. */
export async function runEgressBench(
  deployment: Deployment,
  target: Target,
  { all, http }: Corpus,
  done: () => void,
): Promise<readonly BenchRound[]> {
  const rounds: BenchRound[] = [];
  for (const aim of AIMS) {
    const results: BenchResult[] = [];
    for (const each of http) {
      results.push(await runCase(deployment, target, each, aim));
      done();
    }
    rounds.push(roundOf(aim, results, all));
  }
  return rounds;
}

async function runCase(
  deployment: Deployment,
  target: Target,
  found: BenchCase,
  aim: Aim,
): Promise<BenchResult> {
  const { internet } = deployment;
  const box = deployment.box(target.agent);
  const { step, host, pointed } = aimed(found, aim, target);
  const point = async (addresses: readonly string[]) => {
    await internet.point(host, addresses);
    // iron-proxy would use a connection that is already open.
    await box.restartProxy();
  };
  if (pointed !== undefined) await point([pointed]);
  const { end } = await box.log('audit');
  const asked = { ...step.exchange, patience: PATIENCE };
  const {
    reply,
    arrivals: [arrived],
  } = await deployment.send(target.agent, asked, 'X99');
  const actual = verdictOf(reply, arrived !== undefined);
  const carried = Object.keys(found.headers).filter((name) => !/^(content-type|accept)$/i.test(name));
  const came = new Set(arrived?.headers.map((name) => name.toLowerCase()));
  const lines = actual === 'block' ? await refusalsSince(box, end) : [];
  if (pointed !== undefined) await point([internet.role.hosts[host] ?? '']);
  const { id, category, expected } = found;
  return {
    ...{ id, category, expected, actual },
    stripped: carried.length > 0 && !carried.some((name) => came.has(name.toLowerCase())),
    evidence: lines.length > 0,
    classified: lines.some((line) => isClassified(category, line)),
  };
}

/** What the box wrote down about refusals since then. */
async function refusalsSince(box: ReturnType<Deployment['box']>, end: number): Promise<AuditLine[]> {
  for (let waited = 0; waited < RECORD; waited += STEP) {
    const lines = auditLines((await box.log('audit', end)).lines).filter(({ action }) => action !== 'allow');
    if (lines.length > 0) return lines;
    await new Promise((resolve) => setTimeout(resolve, STEP));
  }
  return [];
}
