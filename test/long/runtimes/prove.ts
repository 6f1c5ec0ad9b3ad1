import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ProvenRuntime, RUNTIME_CHECKS, type RuntimeCheck } from '../../../lab/runtimes';
import { runCheck } from './agent-machine';
import { Door } from './door';
import { Network } from './network';
import { missing } from './ready';

/**
 * The pinned runtimes themselves, with the kit's files, behind the stand-in for iron-proxy (not iron-proxy) and a
 * stand-in for their models' APIs. x64 builds on an x64 machine, where agent hosts run the arm64 ones.
 */
export function proveRuntimes(names: readonly ProvenRuntime[]): void {
  (missing() === undefined ? describe : describe.skip)('the runtimes, hardened, behind a door', () => {
    const folder = mkdtempSync(join(tmpdir(), 'airlock-runtimes-'));
    const network = new Network();
    const door = new Door(network.door, folder);

    beforeAll(async () => {
      network.open();
      await door.open();
    }, 300_000);
    afterAll(() => {
      door.close();
      network.close();
      rmSync(folder, { recursive: true, force: true });
    });

    describe.each(names)('%s', (runtime) => {
      const checks: readonly RuntimeCheck[] = RUNTIME_CHECKS[runtime];
      const played = async (check: RuntimeCheck, bitten: boolean) => {
        const edits = [...(check.given ? [check.given] : []), ...(bitten ? [check.bites] : [])];
        const seen = await runCheck(runtime, check, edits, door, network.agent, folder);
        return { seen, wrong: check.wrong(seen) };
      };

      test.each(checks.map((check) => [check.id, check.title, check] as const))(
        '%s %s',
        async (_, __, check) => {
          const { wrong, seen } = await played(check, false);
          const about = wrong.length > 0 ? `${JSON.stringify(seen.model)}\n${seen.output.slice(-4000)}` : '';
          expect({ wrong, about }).toEqual({ wrong: [], about: '' });
        },
        300_000,
      );

      test.each(checks.map((check) => [check.id, check.bites.path, check] as const))(
        '%s fails once %s is loosened',
        async (_, __, check) => {
          expect((await played(check, true)).wrong).not.toEqual([]);
        },
        300_000,
      );
    });
  });
}
