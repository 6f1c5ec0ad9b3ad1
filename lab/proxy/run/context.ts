import type { Progress } from '../../host/progress';
import type { Tools } from '../../host/requirements';
import type { Plan } from '../../network/plan/plan';
import type { PlainTemplate } from '../../network/weakened/edits';
import { Observations } from '../../proof/observations';
import type { Decisions } from '../decisions';
import type { Corpus } from '../egress-bench/case';
import type { ProxyAttempt } from '../plan/attempt';
import { type Cell, cellsOf } from '../plan/cells';
import type { Note } from './attempts';
import type { ProxyProgram } from './proxy-program';
import { madeUpSecrets } from './secrets';

/** What a run of the proxy boxes is told. */
export interface ProxyRun {
  /** Tells the namespaces of this run from those of any other. */
  readonly run: string;
  readonly template: PlainTemplate;
  readonly plan: Plan;
  readonly attempts: readonly ProxyAttempt[];
  /** The agent whose proxy box is attacked. @default the best one (plan/target.ts) */
  readonly attacker?: string;
  /** Whether legitimate traffic and its records are tested, too. */
  readonly withTraffic: boolean;
  /** Whether containment and rotation are tested, too. */
  readonly withContainment: boolean;
  /** Whether policies are changed while requests are in flight. */
  readonly withChanges: boolean;
  /** Whether a high-risk rule is granted. */
  readonly withGrants: boolean;
  /** Cases to put to the proxy box. @default none */
  readonly decisions?: Decisions;
  /** Cases of agent-egress-bench to send. @default none */
  readonly bench?: Corpus;
  readonly program: ProxyProgram;
  readonly tools: Tools;
  readonly node: string;
  readonly scratch: string;
  readonly now: () => Date;
  /** Called while each network runs. */
  readonly checkSealed: () => Promise<void>;
}

/** What all steps of one run share. */
export interface Context extends ProxyRun {
  readonly cells: readonly Cell[];
  /** Values of secrets, by parameter. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly seen: Observations;
  readonly progress: Progress;
  /** Notes what a proof showed in a place. */
  readonly noteIn: (place: string) => Note;
}

export function contextOf(run: ProxyRun, progress: Progress): Context {
  const cells = cellsOf(run.plan.network.template);
  const seen = new Observations();
  const noteIn = (place: string) => (id: string, observation: Parameters<Note>[1]) => {
    seen.note(place, id, observation);
    progress.done();
  };
  return { ...run, cells, secrets: madeUpSecrets(cells), seen, progress, noteIn };
}
