import type { ProxyAttempt } from '../plan/attempt';
import { legitimateUses } from '../plan/legitimate';
import { RECORD_CHECKS } from '../plan/record-checks';
import type { Target } from '../plan/target';
import { PROXY_VARIANTS, type ProxyVariantId } from '../plan/variants';
import { runAttempts } from './attempts';
import type { Context } from './context';
import type { Deployment } from './deployment';
import { runRecords, secretsInFiles } from './records';

/** Longest wait for an answer, in milliseconds: what gets through a weakened proxy box answers soon. */
const LONGEST = 3_000;
/** Milliseconds after which a line that must be missing counts as missing. */
const SOON = 300;

/**
 * Weakens the attacker's proxy box, one thing at a time, and runs what must fail there.
 *
 * @param network what the deployment's security groups and ACLs are
 * @returns how many proofs ran
 */
export async function runWeakened(
  context: Context,
  deployment: Deployment,
  target: Target,
  network: 'shipped' | 'open',
): Promise<number> {
  const box = deployment.box(target.agent);
  const policy = await box.policy();
  let proofs = 0;
  for (const id of Object.keys(PROXY_VARIANTS) as ProxyVariantId[]) {
    const { what, files, ...variant } = PROXY_VARIANTS[id];
    const { attempts, checks } = mustFailIn(context, id);
    if (variant.network !== network || attempts.length + checks.length === 0) continue;
    context.progress.network(id, what, attempts.length + checks.length);
    const removeFiles = files && (await secretsInFiles(box, context.secrets));
    await box.weaken(id, policy);
    const note = context.noteIn(id);
    await runAttempts(deployment, target, attempts, note, { longest: LONGEST, again: true });
    if (checks.length > 0) {
      // One request is enough where the record of it must be wrong.
      const uses = legitimateUses([{ ...box.cell, own: box.address }]).slice(0, 1);
      const { scratch, secrets } = context;
      await runRecords(
        { deployment, boxes: [box], uses, scratch, secrets, checks, patience: SOON },
        note,
        () => undefined,
      );
    }
    await removeFiles?.();
    await box.restore(policy);
    proofs += attempts.length + checks.length;
  }
  return proofs;
}

function mustFailIn({ attempts, withTraffic, seen }: Context, id: ProxyVariantId) {
  const must = (each: Pick<ProxyAttempt, 'id' | 'mustFailIn'>) =>
    each.mustFailIn.includes(id) && seen.held(each);
  return { attempts: attempts.filter(must), checks: withTraffic ? RECORD_CHECKS.filter(must) : [] };
}

/** Whether some attempt gets through only where security groups and ACLs are open. */
export function needsOpenNetwork(context: Context): boolean {
  const ids = Object.keys(PROXY_VARIANTS) as ProxyVariantId[];
  return ids.some(
    (id) => PROXY_VARIANTS[id].network === 'open' && mustFailIn(context, id).attempts.length > 0,
  );
}
