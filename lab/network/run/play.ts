import type { Answer } from '../../host/line-program';
import { type Outcome, outcomeOf, type ProbeResult, type Sighting } from '../../proof/verdict';
import type { Attempt, Control, Origin, Probe } from '../attempts/attempt';
import { GUEST, NET } from '../plan/namespace';
import type { Scene } from '../plan/scene';
import type { Standing } from './network';

/** After the last probe, how long packets may still be on their way, in milliseconds. */
const SETTLE = 250;
/** How often a weakened network is asked again for what should have come through: a busy machine is slow. */
const LOOKS = 8;
/** Seconds that a probe waits for an answer: for none, as it should be, and for one that should come. */
const WAIT = { nothing: 0.6, something: 2 } as const;
/** Attempts that run side by side: each waits most of its time. */
const SIDE_BY_SIDE = 12;
/** Numbers in tokens and source ports: attempts count from 1. */
const FIRST_CONTROL = 150;

export interface Played {
  readonly outcomes: ReadonlyMap<string, Outcome | string>;
  readonly controls: ReadonlyMap<string, readonly ProbeResult[] | string>;
  /** Questions that reached the VPC resolver. */
  readonly questions: readonly { readonly name: string; readonly action: string }[];
  readonly packets: number;
}

type Sent = { readonly attempt: Attempt; readonly results: readonly ProbeResult[] };

/** Plays attempts and controls on a network that stands, and gathers what every namespace saw. */
export async function play(
  standing: Standing,
  scene: Scene,
  attempts: readonly Attempt[],
  controls: readonly Control[],
  expected: Readonly<Record<'attempts' | 'controls', keyof typeof WAIT>>,
  onDone: (id: string) => void,
): Promise<Played> {
  const timeout = WAIT[expected.attempts];
  const outcomes = new Map<string, Outcome | string>();
  const answers = new Map<string, readonly ProbeResult[] | string>();
  const sent: Sent[] = [];
  await Promise.all(
    controls.map(async (control, index) => {
      const probes = control.probes(scene);
      const number = FIRST_CONTROL + index;
      answers.set(
        control.id,
        typeof probes === 'string'
          ? probes
          : await send(standing, scene, control, probes, number, WAIT[expected.controls]),
      );
    }),
  );
  const one = async (attempt: Attempt) => {
    const probes = attempt.probes(scene);
    if (typeof probes === 'string') outcomes.set(attempt.id, probes);
    else {
      sent.push({
        attempt,
        results: await send(standing, scene, attempt, probes, 1 + attempts.indexOf(attempt), timeout),
      });
      const undo = attempt.undo?.(scene) ?? [];
      if (undo.length > 0) await send(standing, scene, attempt, undo, 9_999, timeout);
    }
    onDone(attempt.id);
  };
  const calm = attempts.filter(({ undo }) => undo === undefined);
  await Promise.all(
    Array.from({ length: SIDE_BY_SIDE }, async (_, lane) => {
      for (let index = lane; index < calm.length; index += SIDE_BY_SIDE) await one(calm[index] as Attempt);
    }),
  );
  for (const attempt of attempts.filter(({ undo }) => undo !== undefined)) await one(attempt);

  let questions: Played['questions'] = [];
  for (let look = 0; look < (expected.attempts === 'nothing' ? 1 : LOOKS); look += 1) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE));
    const gathered = await gather(standing, sent);
    questions = gathered.questions;
    for (const { attempt, results } of sent) {
      const origins = [
        stationOf(scene, attempt.from),
        ...(attempt.from === 'guest' ? [scene.agent.name] : []),
      ];
      outcomes.set(attempt.id, outcomeOf(attempt, results, gathered.sightings, origins, scene));
    }
    if ([...outcomes.values()].every((each) => typeof each === 'string' || each.through)) break;
  }
  return {
    outcomes,
    controls: answers,
    questions,
    packets: sent.reduce((sum, { results }) => sum + results.length, 0),
  };
}

async function send(
  standing: Standing,
  scene: Scene,
  { from }: { readonly from: Origin },
  probes: readonly Probe[],
  number: number,
  timeout: number,
): Promise<ProbeResult[]> {
  const ask = async (probe: Probe, index: number): Promise<ProbeResult> => {
    const token = `ALAB-${number}-${index}-${Math.floor(Math.random() * 0xffffff)
      .toString(16)
      .padStart(6, '0')}`;
    const sourcePort = probe.do === 'tcp' ? { sourcePort: 36_000 + ((number * 64 + index) % 12_000) } : {};
    const prober = standing.probers.get(stationOf(scene, probe.by ?? from));
    const answer = (await prober?.ask({ timeout, ...sourcePort, ...probe, token })) ?? {
      broken: `nobody plays ${from}`,
    };
    return resultOf({ ...sourcePort, ...probe }, token, answer);
  };
  // Commands keep their order, and what stands between two of them goes out at once.
  const results: ProbeResult[] = [];
  let together: Promise<ProbeResult>[] = [];
  for (const [index, probe] of probes.entries()) {
    if (probe.do === 'run' || probe.do === 'arp') {
      results.push(...(await Promise.all(together)), await ask(probe, index));
      together = [];
    } else together.push(ask(probe, index));
  }
  results.push(...(await Promise.all(together)));
  return results;
}

/** What a prober's answer says of a probe. */
export function resultOf(probe: Probe, token: string, { answered, saw, broken }: Answer): ProbeResult {
  return {
    probe,
    token,
    answered: answered === true,
    saw: typeof saw === 'string' ? saw : '',
    ...(broken !== undefined && { broken }),
  };
}

function stationOf(scene: Scene, origin: Origin): string {
  if (origin === 'guest') return GUEST;
  if (origin === 'internet') return NET;
  return scene[origin]?.name ?? origin;
}

/** Tokens in packets, and SYNs, which carry none, by their ports. */
async function gather(standing: Standing, sent: readonly Sent[]) {
  const sightings: Sighting[] = [];
  const questions: { name: string; action: string }[] = [];
  const bySyn = new Map<string, string>();
  for (const { probe, token } of sent.flatMap(({ results }) => results)) {
    if (probe.do === 'tcp') bySyn.set(`${probe.port}:${probe.sourcePort}`, token);
  }
  await Promise.all(
    [...standing.probers].map(async ([at, prober]) => {
      const seen = await prober.ask({ do: 'seen' });
      if (seen.broken !== undefined) throw new Error(`the watcher in ${at} is gone: ${seen.broken}`);
      for (const token of Object.keys((seen.tokens as object) ?? {})) sightings.push({ at, token });
      for (const syn of Object.keys((seen.syns as object) ?? {})) {
        const token = bySyn.get(syn);
        if (token !== undefined) sightings.push({ at, token });
      }
      questions.push(...((seen.questions as { name: string; action: string }[]) ?? []));
    }),
  );
  return { sightings, questions };
}
