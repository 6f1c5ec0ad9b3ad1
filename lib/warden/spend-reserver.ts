import { isDeepStrictEqual } from 'node:util';
import { spendParameter } from '../../constructs/names';
import { jsonIn } from '../json';
import { entrySchema, type LedgerEntry, ledgerText, readLedger, sumAt } from '../policy/gate/spend/ledger';
import { type Reserve, reserveSchema } from '../policy/gate/spend/reserve';
import type { Box } from './box';
import { gateState } from './gate-keeper';
import { AwsError, type Host } from './host';
import { say } from './log';

/** Milliseconds until the parameter is read again: without need, and after a failure. */
const [REREAD, RETRY] = [5 * 60_000, 5_000];
/** Another box may overwrite an entry, or AWS may answer with what was there before. */
const MOST_WRITES = 3;

/**
 * Reserves in the agent's parameter what the gate needs for model calls, and tells the gate what is reserved. The parameter has an
 * entry for each box. A box replaces its own, so that to write one twice changes nothing. Of two boxes that write at one moment,
 * the first doesn't find its own when it reads it back, and writes it again; where it found it too early, within five minutes.
 */
export class SpendReserver {
  private readonly name: string;
  private looked = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly host: Host,
    box: Box,
  ) {
    this.name = spendParameter(box.stack, box.agent);
  }

  async look(): Promise<void> {
    const { host, looked } = this;
    const wanted = entrySchema.safeParse((await gateState(host))?.reserve);
    if (!wanted.success) return;
    const path = host.paths.spendReserve;
    const before = reserveSchema.safeParse(jsonIn(await host.read(path)));
    const agreed: Reserve = before.success ? before.data : {};
    const isDue = !isDeepStrictEqual(agreed.own, wanted.data);
    const wait = agreed.problem !== undefined ? RETRY : isDue ? 0 : REREAD;
    if (host.monotonic() - looked < wait) return;
    this.looked = host.monotonic();
    const next = await this.agree(wanted.data);
    const told = next.problem === undefined ? next : { ...agreed, ...next };
    if (isDeepStrictEqual(told, agreed)) return;
    if (told.problem !== undefined) await say(host, 'error', 'spend', told.problem);
    await host.write(path, `${JSON.stringify(told)}\n`, { mode: 0o640, group: 'airlock-gate' });
  }

  /** What it wrote counts when it is read back, together with what the others have at that moment. */
  private async agree(own: LedgerEntry): Promise<Reserve> {
    const { host, name } = this;
    try {
      for (let tries = 0; ; tries += 1) {
        const [found] = (await host.getParameters([name], false)).parameters;
        if (found === undefined)
          return { problem: `the parameter ${name} is missing: deploy the stack again` };
        const ledger = readLedger(found.value);
        if (ledger === undefined)
          return {
            problem: `the parameter ${name} has a value that no proxy box writes: put [] there; the sums that it had are lost`,
          };
        const others = ledger.filter(({ box }) => box !== own.box);
        const isThere = ledger.some((entry) => isDeepStrictEqual(entry, own));
        if (isThere) return { own, others: { day: own.day, ...sumAt(own.day, others) } };
        if (tries === MOST_WRITES)
          return { problem: `the parameter ${name} lost what was written: trying again` };
        await host.putParameter(name, ledgerText(others, own));
      }
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { problem: `the parameter ${name}: ${error.message}` };
    }
  }
}
