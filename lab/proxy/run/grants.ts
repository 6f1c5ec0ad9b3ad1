import { setTimeout as pause } from 'node:timers/promises';
import { grantParameter } from '../../../constructs/names';
import { grantText, REVOKED, type WrittenGrant } from '../../../lib/policy/grant/grant';
import { type HighRiskRule, ruleText } from '../../../lib/policy/grant/high-risk';
import { SHIPPED } from '../../proof/observations';
import type { Observation } from '../../proof/proof';
import { request, secure } from '../plan/attempt';
import { observeEnd } from '../plan/changes';
import {
  ENDS,
  ENDS_WITHIN,
  GRANT_PROOFS,
  grantedRule,
  IN_FORCE_WITHIN,
  OPENS,
  observeGrantEnd,
  REVOKED_ENDS,
  SHORT,
  type Try,
} from '../plan/grants';
import { pathOf, type Target } from '../plan/target';
import { type Exchange, eventsFor } from '../plan/wire';
import type { Context } from './context';
import type { Deployment, Sent } from './deployment';

/** Milliseconds between two tries, and after the end of a grant in which a request must be refused. */
const [STEP, AFTER] = [250, 5_000];

/**
 * Grants a high-risk rule of the attacker in the lab's Parameter Store, as an approver does, and sends requests of that rule:
 *
 * 1. Without a grant, where the first proof must fail.
 * 2. Under a grant of an hour. The other proofs must fail while nobody revokes it. Then somebody does.
 * 3. Under a grant of a minute, without AWS, with a restarted gate and warden whose clock is set back.
 */
export async function runGrants(context: Context, deployment: Deployment, target: Target): Promise<number> {
  const box = deployment.box(target.agent);
  const rule = grantedRule(box.cell);
  const count = GRANT_PROOFS.length * 2;
  context.progress.network('grants', 'requests of a high-risk rule, before, under and after a grant', count);
  const [note, noteLasting] = [context.noteIn(SHIPPED), context.noteIn('lasting')];
  if (rule === undefined) {
    const none: Observation = { result: 'not applicable', saw: 'this policy has no high-risk rule' };
    for (const { id } of GRANT_PROOFS) for (const to of [note, noteLasting]) to(id, none);
    return count;
  }
  const granting = new Granting(deployment, target, rule);
  noteLasting(OPENS.id, await granting.untilPassing(Date.now(), 2_000));
  await granting.write({ seconds: 3600 });
  note(OPENS.id, await granting.untilPassing(Date.now(), IN_FORCE_WITHIN));

  const began = Date.now();
  noteLasting(REVOKED_ENDS.id, observeEnd(await granting.stream(ENDS_WITHIN / 1000 + 3), began, ENDS_WITHIN));
  noteLasting(ENDS.id, observeGrantEnd(await granting.tries(2_000), [began, began]));
  const open = granting.stream(60);
  await pause(1_500);
  const revoked = Date.now();
  await granting.write('revoked');
  note(REVOKED_ENDS.id, observeEnd(await open, revoked, ENDS_WITHIN));

  const before = Date.now();
  await granting.write({ seconds: SHORT / 1000 });
  const end = [before + SHORT, Date.now() + SHORT] as const;
  await granting.untilPassing(Date.now(), IN_FORCE_WITHIN);
  await deployment.internet.aws(false);
  const undo = await box.setClockBack();
  try {
    await pause(Math.max(0, end[0] - 6_000 - Date.now()));
    note(ENDS.id, observeGrantEnd(await granting.tries(end[1] + AFTER - Date.now()), end));
  } finally {
    await deployment.internet.aws(true);
    await undo();
  }
  return count;
}

class Granting {
  constructor(
    private readonly deployment: Deployment,
    private readonly target: Target,
    private readonly rule: HighRiskRule,
  ) {}

  async write(grant: { readonly seconds: number } | 'revoked'): Promise<void> {
    const { stack, agent } = this.deployment.box(this.target.agent).cell;
    const written: WrittenGrant =
      grant === 'revoked' ? REVOKED : { format: 1, rule: ruleText(this.rule), because: 'the lab', ...grant };
    const text = grantText(written) ?? '';
    await this.deployment.internet.put(grantParameter(stack, agent, this.rule.id), text);
  }

  /** @param since when the grant was written */
  async untilPassing(since: number, patience: number): Promise<Observation> {
    for (;;) {
      const { passed } = await this.try();
      const saw = `${passed ? 'passed' : 'refused'} ${((Date.now() - since) / 1000).toFixed(1)} s after`;
      if (passed) return { result: 'held', saw };
      if (Date.now() - since > patience) return { result: 'failed', saw };
      await pause(STEP);
    }
  }

  async tries(milliseconds: number): Promise<Try[]> {
    const tries: Try[] = [];
    for (const began = Date.now(); Date.now() - began < milliseconds; await pause(STEP))
      tries.push(await this.try());
    return tries;
  }

  /** When the last byte of a stream of so many seconds came, in milliseconds since the epoch. */
  async stream(seconds: number): Promise<number | undefined> {
    return (await this.send(...eventsFor(seconds))).last;
  }

  private async try(): Promise<Try> {
    const at = Date.now();
    const { reply } = await this.send('');
    return { at, passed: reply.statuses[0] === 200 };
  }

  private send(query: string, rest: Partial<Exchange> = {}): Promise<Sent> {
    const { host, methods = ['GET'], paths = ['/'] } = this.rule;
    const path = `${pathOf(paths[0] ?? '/')}${query}`;
    const { exchange } = secure(this.target, host, request(methods[0] ?? 'GET', path, host), rest);
    return this.deployment.send(this.target.agent, exchange, OPENS.id);
  }
}
