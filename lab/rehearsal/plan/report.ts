import type { Judgement } from './checks/check';

export type Verdict =
  /** It holds, and was seen to fail where it had to. */
  | 'holds'
  | 'fails'
  /** It holds, and would have held in the broken machine too: it shows nothing. */
  | 'unproven'
  /** What it looks at never came about. */
  | 'not seen'
  /** There is nothing to look at in this machine. */
  | 'not applicable';

/** A check once judged twice: on the machine as it is, and on one in which it must fail. */
export interface CheckReport {
  readonly id: string;
  readonly law: string;
  readonly verdict: Verdict;
  readonly saw: string;
  /** Where it has to fail, and what was seen there. */
  readonly broken: string;
  readonly sawBroken: string;
}

/** One power-on or reboot. */
export interface BootReport {
  readonly name: string;
  readonly what: string;
  /** Seconds from power-on (or the order to reboot) to the agent's unit up; undefined: it never was. */
  readonly agentUpSeconds?: number;
  /** Seconds of those that cloud-init waited for resolvers which nothing lets answer. */
  readonly resolverSeconds?: number;
  /** Seconds of those before the rehearsal let the proxy box come. */
  readonly shutSeconds?: number;
  /** Seconds after that, until the mirror served what is pinned. */
  readonly failingSeconds?: number;
}

export interface RehearsalReport {
  readonly format: 1;
  readonly scope: string;
  readonly agent: string;
  readonly os: string;
  readonly door: string;
  readonly runtime: string;
  readonly started: string;
  readonly seconds: number;
  readonly template: { readonly file: string; readonly sha256: string };
  readonly userDataBytes: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly boots: readonly BootReport[];
  readonly checks: readonly CheckReport[];
}

/** What no reader may overlook. */
export const SCOPE =
  "The agent host's actual user data, run by real cloud-init and systemd in an emulated x86-64 Debian made from Debian's " +
  "packages. Not Amazon's hardware, not Debian's own EC2 image, not arm64; and the figures are those of an emulator.";

/**
 * @param real undefined: the run never came to the point where it could be judged. A text: why there is nothing to judge
 */
export function judged(
  { id, law, broken }: Pick<CheckReport, 'id' | 'law' | 'broken'>,
  real: Judgement | string | undefined,
  elsewhere: Judgement | undefined,
): CheckReport {
  if (typeof real === 'string') {
    return { ...{ id, law, broken }, verdict: 'not applicable', saw: real, sawBroken: '' };
  }
  const verdict = (): Verdict => {
    if (real === undefined) return 'not seen';
    if (!real.held) return 'fails';
    return elsewhere === undefined || elsewhere.held ? 'unproven' : 'holds';
  };
  return {
    ...{ id, law, broken, verdict: verdict() },
    saw: real?.saw ?? 'the run did not get there',
    sawBroken: elsewhere?.saw ?? 'the run did not get there',
  };
}

export function isSound({ checks }: RehearsalReport): boolean {
  return checks.some(({ verdict }) => verdict === 'holds') && checks.every(isWell);
}

/** Whether nothing has to be done about a check. */
export function isWell({ verdict }: CheckReport): boolean {
  return verdict === 'holds' || verdict === 'not applicable';
}
