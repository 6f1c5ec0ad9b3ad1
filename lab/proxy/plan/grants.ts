import { readBundle } from '../../../lib/policy/document/read';
import { type HighRiskRule, highRiskRules } from '../../../lib/policy/grant/high-risk';
import { sha256 } from '../../../lib/warden/render';
import type { Observation, Proof } from '../../proof/proof';
import { GRANTS } from '../../report';
import type { Cell } from './cells';

/** Milliseconds from Parameter Store's answer until a granted request passes: warden asks every 5 seconds, and a start. */
export const IN_FORCE_WITHIN = 15_000;
/** Milliseconds from a revocation until the stream that began under the grant has ended. */
export const ENDS_WITHIN = 20_000;
/** The shortest grant, in milliseconds, and for how long a request must have passed until its end. */
export const [SHORT, LATEST] = [60_000, 8_000];

export type GrantProof = Proof<undefined, 'lasting'>;

const shared = { law: 'POL-1', group: GRANTS, run: undefined, mustFailIn: ['lasting'] } as const;

/** Each must fail without a grant, or under one that lasts. */
export const OPENS: GrantProof = {
  ...shared,
  id: 'Y60',
  title: 'a granted rule lets its request pass within 15 s, at the gate and at iron-proxy',
  heldBy: 'warden reads grants every 5 s, and starts an iron-proxy that has the rule',
};
export const REVOKED_ENDS: GrantProof = {
  ...shared,
  id: 'Y61',
  title: 'a stream that began under a grant ends when somebody revokes it',
  heldBy: 'warden ends the iron-proxy that has the rule',
};
export const ENDS: GrantProof = {
  ...shared,
  id: 'Y62',
  title:
    'a grant ends on the second: AWS unreachable, gate and warden restarted, and the clock of both set back by an hour',
  heldBy: "the gate counts on from AWS's date by the kernel's monotonic clock",
};

export const GRANT_PROOFS = [OPENS, REVOKED_ENDS, ENDS];

/** A high-risk rule of the cell; undefined when it has none. */
export function grantedRule({ policy, agent, stack }: Cell): HighRiskRule | undefined {
  const read = readBundle(policy, agent, `/${stack}/${agent}/`);
  return read.ok ? highRiskRules(read.bundle.gate, sha256).find(({ body }) => body === undefined) : undefined;
}

/** When a request was sent, in milliseconds since the epoch, and whether it passed. */
export interface Try {
  readonly at: number;
  readonly passed: boolean;
}

/** @param end between these two moments the grant ends */
export function observeGrantEnd(
  tries: readonly Try[],
  [earliest, latest]: readonly [number, number],
): Observation {
  const passed = tries.filter((each) => each.passed).at(-1);
  if (passed === undefined || passed.at < earliest - LATEST)
    return { result: 'broken', saw: `no request passed within ${LATEST / 1000} s before the end` };
  const refused = tries.find(({ at }) => at > passed.at);
  const seconds = (at: number | undefined) =>
    at === undefined ? 'never' : `${((at - latest) / 1000).toFixed(1)} s`;
  const saw = `the last that passed began ${seconds(passed.at)} after the end, the first refused one ${seconds(refused?.at)}`;
  return { result: passed.at < latest && refused !== undefined ? 'held' : 'failed', saw };
}
