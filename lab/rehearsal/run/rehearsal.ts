import type { Observation } from '../../proof/proof';
import type { LawId } from '../plan/laws';
import type { BootReport } from '../plan/report';
import type { Subject } from './subject';
import type { Testbed } from './testbed';

/** What all boots of one rehearsal share. */
export interface Rehearsal
  extends Pick<Subject, 'plan' | 'rehearsed' | 'expected' | 'installation' | 'allowed'> {
  readonly testbed: Testbed;
  readonly userData: string;
  /** Called before each boot. */
  readonly onBoot: (name: string, what: string) => void;
}

/** What the boots have shown so far. */
export interface Results {
  readonly boots: BootReport[];
  /** On the machine as shipped. */
  readonly shipped: Partial<Record<LawId, Observation>>;
  /** On the machine in which the law must fail. */
  readonly faulty: Partial<Record<LawId, Observation>>;
}

export function notApplicable(saw: string): Observation {
  return { result: 'not applicable', saw };
}

/** For R01: where connections may go, and where cloud-init's own queries go. */
export function destinations({ rehearsed, plan }: Rehearsal): {
  proxy: string;
  resolvers: readonly string[];
} {
  return { proxy: rehearsed.proxy.v4, resolvers: plan.namedResolvers };
}
