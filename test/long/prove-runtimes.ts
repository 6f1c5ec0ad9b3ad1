import { judge } from '../../lab/proof/judge';
import type { Observation } from '../../lab/proof/proof';
import { type Edit, type ProvenRuntime, RUNTIME_CHECKS, type RuntimeCheck } from '../../lab/runtimes';
import { observationOf, proofOf } from '../../lab/runtimes/proofs';
import { runCheck } from '../../lab/runtimes/run/agent-machine';
import { Network } from '../../lab/runtimes/run/network';
import { ProxyBox } from '../../lab/runtimes/run/proxy-box';
import { missing } from '../../lab/runtimes/run/ready';
import { temporary } from '../support/temporary';

/** What holds ends by itself, and a busy machine takes its time. */
const patient = (check: RuntimeCheck): RuntimeCheck => ({ ...check, seconds: 4 * (check.seconds ?? 60) });

/**
 * Runs the checks of the pinned runtimes with the kit's files, behind the stand-in for iron-proxy and a stand-in for the
 * models' APIs. Each check must hold, and fail with its change of the kit's files. The builds are those for x64; agent
 * hosts run the ones for arm64.
 */
export function proveRuntimes(names: readonly ProvenRuntime[]): void {
  (missing() === undefined ? describe : describe.skip)('the runtimes with the settings of the kit', () => {
    const folder = temporary();
    const network = new Network();
    const proxy = new ProxyBox(network.proxy, folder);

    beforeAll(async () => {
      network.open();
      await proxy.open();
    });
    afterAll(() => {
      proxy.close();
      network.close();
    });

    describe.each(names)('%s', (runtime) => {
      const checks: readonly RuntimeCheck[] = RUNTIME_CHECKS[runtime];
      const observe = async (check: RuntimeCheck, ...edits: readonly Edit[]): Promise<Observation> => {
        const all = check.assumed ? [check.assumed, ...edits] : edits;
        const seen = await runCheck(runtime, check, all, proxy, network.agent, folder);
        const { result, saw } = observationOf(check, seen);
        return { result, saw: `${saw}\n${JSON.stringify(seen.model)}\n${seen.output.slice(-4000)}` };
      };

      test.each(checks.map((check) => [check.id, check.title, check] as const))(
        '%s %s',
        async (_, __, check) => {
          const shipped = await observe(patient(check));
          const weakened = shipped.result === 'held' ? await observe(check, check.weakenedBy) : undefined;
          const report = judge(proofOf(runtime, check), { shipped, weakened: () => weakened });
          expect(report.verdict === 'holds' ? 'holds' : report).toBe('holds');
        },
        1_800_000,
      );
    });
  });
}
