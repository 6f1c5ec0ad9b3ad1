import type { Tools } from '../../host/requirements';
import type { Plan } from '../../network/plan/plan';
import { planLab } from '../../network/plan/read';
import { type Scene, sceneOf } from '../../network/plan/scene';
import type { Progress } from '../../network/run/run';
import type { PlainTemplate } from '../../network/weakened/edits';
import { weaken as weakenTemplate } from '../../network/weakened/variants';
import type { DecisionReport, DoorReport, NetworkReport } from '../../proof/report/report';
import { type AttemptReport, type ControlReport, judge, type Outcome } from '../../proof/verdict';
import { casesOf, type Decisions } from '../decisions';
import type { DoorAttempt } from '../plan/attempt';
import { bestAttacker, type DoorCast, doorCast } from '../plan/cast';
import { type Cell, cellsOf } from '../plan/estate';
import { honestOf, judgeHonest } from '../plan/honest';
import { judgeRecord, RECORD_CHECKS, type RecordFaults } from '../plan/record-checks';
import { DOOR_VARIANTS, type DoorVariantId } from '../plan/variants';
import { namesIn, playDecisions } from './decisions';
import type { DoorProgram } from './door-program';
import { playHonest } from './honest';
import { playDoors } from './play';
import { playRecords } from './records';
import { madeUpSecrets } from './secrets';
import { Stage } from './stage';
import { playWeakened } from './weakened';

export interface DoorsRun {
  readonly run: string;
  readonly template: PlainTemplate;
  readonly plan: Plan;
  readonly attempts: readonly DoorAttempt[];
  /** Whether what must work is tried, too. */
  readonly honest: boolean;
  /** Cases to put to the door. @default none */
  readonly decisions?: Decisions;
  readonly program: DoorProgram;
  readonly tools: Tools;
  readonly node: string;
  readonly scratch: string;
  readonly now: () => Date;
}

export interface DoorsResult {
  readonly door: DoorReport;
  readonly attempts: readonly AttemptReport[];
  readonly controls: readonly ControlReport[];
  readonly decisions: readonly DecisionReport[];
  readonly networks: readonly NetworkReport[];
}

/** Milliseconds that an audit line may take to be written. */
const AMPLE = 5_000;

type Outcomes = ReadonlyMap<string, Outcome | string>;

/**
 * The doors, three times over: as they are, with what must work first; weakened one thing at a time; and in a network
 * whose groups and ACLs are open.
 */
export async function runDoors(run: DoorsRun, progress: Progress): Promise<DoorsResult> {
  const { program } = run;
  const cells = cellsOf(run.plan.network.template);
  const attacker = bestAttacker(cells);
  const scene = sceneOf(run.plan, attacker);
  if (attacker === undefined || scene === undefined) {
    throw new Error('no policy of this template allows a GET: nothing to begin an attack at the doors with');
  }
  const secrets = madeUpSecrets(cells);
  const networks: NetworkReport[] = [];
  const on = async (
    name: string,
    what: string,
    from: Scene,
    play: (stage: Stage, cast: DoorCast) => Promise<number>,
  ) => {
    const begun = run.now().getTime();
    const series = `${run.run}-d${networks.length}`;
    const { tools, node, scratch } = run;
    const names = run.decisions === undefined ? [] : namesIn(run.decisions);
    const stage = await Stage.build({
      scene: from,
      cells,
      release: program.release,
      secrets,
      series,
      tools,
      node,
      scratch,
      names,
    });
    const built = run.now().getTime();
    try {
      const probes = await play(stage, castIn(from, cells));
      const seconds = (start: number, end: number) => Math.round((end - start) / 10) / 100;
      networks.push({
        name,
        what,
        namespaces: stage.standing.probers.size + 1,
        buildSeconds: seconds(begun, built),
        playSeconds: seconds(built, run.now().getTime()),
        probes,
      });
    } finally {
      await stage.takeDown();
    }
  };

  const controls: ControlReport[] = [];
  let decided: DecisionReport[] = [];
  let shipped: Outcomes = new Map();
  const weakened = new Map<DoorVariantId, Outcomes>();
  const unproven = () => run.attempts.filter((each) => !throughIn(shipped, each));
  const records = new Map<DoorVariantId, RecordFaults>();
  const common = { scratch: run.scratch, secrets };
  const weaken = async (network: 'shipped' | 'open', stage: Stage, cast: DoorCast) => {
    const attempts = unproven();
    const play = { ...common, stage, cast, network, attempts, withRecords: run.honest };
    const played = await playWeakened(play, progress);
    for (const [id, outcomes] of played.outcomes) weakened.set(id, outcomes);
    for (const [id, faults] of played.records) records.set(id, faults);
    return played.probes;
  };

  await on('doors', `${program.kind} ${program.version} behind the doors`, scene, async (stage, cast) => {
    const honest = run.honest
      ? honestOf(stage.boxes.map(({ cell, address }) => ({ ...cell, own: address })))
      : [];
    progress.network('doors', 'what must work, and the policy as it is', honest.length + run.attempts.length);
    const { boxes } = stage;
    const checks = RECORD_CHECKS.map(({ id }) => id);
    const kept = run.honest
      ? await playRecords({ ...common, stage, boxes, honest, checks, patience: AMPLE }, progress.attempt)
      : undefined;
    shipped = await playDoors(stage, cast, run.attempts, progress.attempt);
    const probes = await weaken('shipped', stage, cast);
    if (run.decisions !== undefined) {
      progress.network('decisions', 'the shared decision cases', casesOf(run.decisions).length);
      decided = await playDecisions(stage, cast.agent, run.decisions, progress.attempt);
    }
    progress.network('stopped', 'the doors stopped: what must work must not', honest.length);
    for (const box of stage.boxes) await box.suffer('stopped');
    const stopped = await playHonest(stage, honest, run.scratch, progress.attempt);
    for (const each of honest)
      controls.push(judgeHonest(each, kept?.outcomes.get(each.id), stopped.get(each.id)));
    if (kept !== undefined)
      for (const each of RECORD_CHECKS)
        controls.push(judgeRecord(each, kept.faults, records.get(each.failsIn)));
    return 2 * honest.length + run.attempts.length + probes;
  });
  if (unproven().some((each) => DOOR_VARIANTS[each.weakened].network === 'open')) {
    const planned = planLab(weakenTemplate(run.template, 'vpc', scene));
    const open = planned.ok ? sceneOf(planned.plan, attacker) : undefined;
    if (open !== undefined) {
      await on('doors, open', 'every security group and network ACL opened', open, (stage, cast) =>
        weaken('open', stage, cast),
      );
    }
  }
  return {
    door: { kind: program.kind, version: program.version, origin: program.origin },
    attempts: run.attempts.map((each) =>
      judge(each, shipped.get(each.id) ?? 'not played', weakened.get(each.weakened)?.get(each.id)),
    ),
    controls,
    decisions: decided,
    networks,
  };
}

function throughIn(outcomes: Outcomes, { id }: DoorAttempt): boolean {
  const outcome = outcomes.get(id);
  return typeof outcome === 'string' || outcome?.through === true;
}

/** @throws when the attacker's policy leaves nothing to begin with */
function castIn(scene: Scene, cells: readonly Cell[]): DoorCast {
  const agent = scene.agent.machine?.agent ?? '';
  const cell = cells.find((each) => each.agent === agent);
  const cast = cell && doorCast(scene, agent, cell.policy);
  if (cast === undefined)
    throw new Error(`the policy of ${agent} allows no GET: nothing to begin an attack with`);
  return cast;
}
