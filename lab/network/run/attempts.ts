import { inLanes } from '../../host/lanes';
import type { Answer } from '../../host/line-program';
import { lacking } from '../../host/requirements';
import type { Observation } from '../../proof/proof';
import type { NetworkAttempt, NetworkControl, Origin, Probe } from '../attempts/attempt';
import { observeAttempt, observeControl, type ProbeResult, type Sighting } from '../attempts/observe';
import { GUEST, NET } from '../plan/namespace';
import type { Roles } from '../plan/roles';
import type { RunningNetwork } from './network';

/** After the last probe, how long packets may still be on their way, in milliseconds. */
const SETTLE = 250;
/** How often to look again for what should get through a weakened network: a busy machine is slow. */
const LOOKS = 8;
/** Seconds that a probe waits, where no answer is expected and where one is. */
const WAIT = { nothing: 0.6, something: 2 } as const;
const LANES = 12;
/** Numbers in tokens and source ports: attempts count from 1. */
const FIRST_CONTROL = 150;

/** What to run on one network, and what to expect of it. */
export interface NetworkTest {
  readonly roles: Roles;
  readonly attempts: readonly NetworkAttempt[];
  readonly controls: readonly NetworkControl[];
  /** Whether answers to attempts, and to controls, should come. */
  readonly expected: Readonly<Record<'attempts' | 'controls', keyof typeof WAIT>>;
}

export interface NetworkResults {
  readonly observations: ReadonlyMap<string, Observation>;
  /** Questions that reached the VPC resolver. */
  readonly questions: readonly { readonly name: string; readonly action: string }[];
  readonly probes: number;
}

type Sent = { readonly attempt: NetworkAttempt; readonly results: readonly ProbeResult[] };

/**
 * Runs attempts and controls on a running network.
 *
 * 1. Controls, all at once.
 * 2. Attempts, side by side; then, one by one, those that change their machine.
 * 3. Asks every namespace what arrived, and decides for each attempt whether it got through.
 */
export async function runOn(
  network: RunningNetwork,
  test: NetworkTest,
  done: () => void,
): Promise<NetworkResults> {
  const { roles, attempts, controls, expected } = test;
  const observations = new Map<string, Observation>();
  const sent: Sent[] = [];
  const send = sender(network, roles);
  const nothingTo = (id: string, saw: string) => observations.set(id, { result: 'not applicable', saw });

  await Promise.all(
    controls.map(async ({ id, from, run }, index) => {
      const probes = run(roles);
      if (typeof probes === 'string') nothingTo(id, probes);
      else
        observations.set(
          id,
          observeControl(await send(from, probes, FIRST_CONTROL + index, WAIT[expected.controls])),
        );
    }),
  );

  const attack = async (attempt: NetworkAttempt) => {
    const probes = lacking(attempt.needs) ?? attempt.run(roles);
    const wait = WAIT[expected.attempts];
    if (typeof probes === 'string') nothingTo(attempt.id, probes);
    else {
      sent.push({ attempt, results: await send(attempt.from, probes, 1 + attempts.indexOf(attempt), wait) });
      await send(attempt.from, attempt.undo?.(roles) ?? [], 9_999, wait);
    }
    done();
  };
  const calm = attempts.filter(({ undo }) => undo === undefined);
  await inLanes(LANES, calm, attack);
  for (const attempt of attempts.filter((each) => !calm.includes(each))) await attack(attempt);

  let questions: NetworkResults['questions'] = [];
  for (let look = 0; look < (expected.attempts === 'nothing' ? 1 : LOOKS); look += 1) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE));
    const gathered = await gather(network, sent);
    questions = gathered.questions;
    for (const { attempt, results } of sent) {
      const guest = attempt.from === 'guest' ? [roles.agent.name] : [];
      const origins = [stationOf(roles, attempt.from), ...guest];
      observations.set(attempt.id, observeAttempt(attempt, results, gathered.sightings, origins, roles));
    }
    if (sent.every(({ attempt }) => observations.get(attempt.id)?.result === 'failed')) break;
  }
  return { observations, questions, probes: sent.reduce((sum, { results }) => sum + results.length, 0) };
}

/** Sends probes; commands and ARP claims keep their order, and all between two of them are sent at once. */
function sender({ probers }: RunningNetwork, roles: Roles) {
  return async (
    from: Origin,
    probes: readonly Probe[],
    number: number,
    timeout: number,
  ): Promise<ProbeResult[]> => {
    const ask = async (probe: Probe, index: number): Promise<ProbeResult> => {
      const random = Math.floor(Math.random() * 0xffffff).toString(16);
      const token = `ALAB-${number}-${index}-${random.padStart(6, '0')}`;
      const sourcePort = probe.do === 'tcp' ? { sourcePort: 36_000 + ((number * 64 + index) % 12_000) } : {};
      const prober = probers.get(stationOf(roles, probe.by ?? from));
      const answer = await prober?.ask({ timeout, ...sourcePort, ...probe, token });
      return resultOf({ ...sourcePort, ...probe }, token, answer ?? { broken: `this lab has no ${from}` });
    };
    const results: ProbeResult[] = [];
    let together: Promise<ProbeResult>[] = [];
    for (const [index, probe] of probes.entries()) {
      if (['run', 'arp', 'start'].includes(probe.do)) {
        results.push(...(await Promise.all(together)), await ask(probe, index));
        together = [];
      } else together.push(ask(probe, index));
    }
    return [...results, ...(await Promise.all(together))];
  };
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

function stationOf(roles: Roles, origin: Origin): string {
  if (origin === 'guest') return GUEST;
  if (origin === 'internet') return NET;
  return roles[origin]?.name ?? origin;
}

/** Packets that arrived: most carry a token; a SYN carries none and is known by its ports. */
async function gather(network: RunningNetwork, sent: readonly Sent[]) {
  const sightings: Sighting[] = [];
  const questions: { name: string; action: string }[] = [];
  const bySyn = new Map<string, string>();
  for (const { probe, token } of sent.flatMap(({ results }) => results)) {
    if (probe.do === 'tcp') bySyn.set(`${probe.port}:${probe.sourcePort}`, token);
  }
  await Promise.all(
    [...network.probers].map(async ([at, prober]) => {
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
