import type { Allowed } from '../../lab/doors/cast';
import type { Judgement } from '../../lab/rehearsal/checks/check';
import type { Expected } from '../../lab/rehearsal/expected';
import type { Installation } from '../../lab/rehearsal/installation';
import type { LawId } from '../../lab/rehearsal/laws';
import type { BootReport } from '../../lab/rehearsal/report';
import type { Stage } from './stage';

/** Everything that the boots of one rehearsal have in common. */
export interface Cast {
  readonly stage: Stage;
  /** The proxy box's address. */
  readonly proxy: string;
  /** The resolvers that DHCP names. */
  readonly resolvers: readonly string[];
  readonly userData: string;
  readonly expected: Expected;
  readonly installation: Installation;
  /** A request that the policy allows; undefined: it allows none that can be made here. */
  readonly allowed: Allowed | undefined;
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

/** Whether the rehearsal's mirror has what the installation fetches. */
export function isFetched({ installation }: Cast): boolean {
  return installation.tarballs.length > 0;
}
