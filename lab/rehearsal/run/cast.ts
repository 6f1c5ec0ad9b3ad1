import type { Judgement } from '../plan/checks/check';
import type { LawId } from '../plan/laws';
import type { BootReport } from '../plan/report';
import type { Stage } from './stage';
import type { Subject } from './subject';

/** Everything that the boots of one rehearsal have in common. */
export interface Cast extends Pick<Subject, 'plan' | 'rehearsed' | 'expected' | 'installation' | 'allowed'> {
  readonly stage: Stage;
  readonly userData: string;
  /** Told the name and meaning of each boot before it begins. */
  readonly onBoot: (name: string, what: string) => void;
}

/** What the boots have shown so far. */
export interface Score {
  readonly boots: BootReport[];
  /** On the machine as it is. A text says why there is nothing to judge. */
  readonly real: Partial<Record<LawId, Judgement | string>>;
  /** Where each has to fail. */
  readonly broken: Partial<Record<LawId, Judgement>>;
}

/** For R01: where calls may go, and where cloud-init's own questions go. */
export function whereTo({ rehearsed, plan }: Cast): { proxy: string; resolvers: readonly string[] } {
  return { proxy: rehearsed.proxy.v4, resolvers: plan.namedResolvers };
}
