import type { Serving } from '../../../proxy/plan/cells';
import { agentUnit } from '../../plan/checks/agent-unit';
import { firstCall } from '../../plan/checks/first-call';
import { installed, type Try } from '../../plan/checks/installed';
import { cloudInit, quiet, units } from '../../plan/checks/machine';
import { passes } from '../../plan/checks/passage';
import { waiting } from '../../plan/checks/waiting';
import { isFetched } from '../../plan/installation';
import type { Sight } from '../../plan/sight';
import { type Cast, type Score, whereTo } from '../cast';
import { agentUp, clockOf, hurry, look, placeRuntime, remember, settled, stateOf } from '../inside';
import { type Machine, PATIENCE } from '../machine';
import { passage } from '../passage';
import { seconds } from './boot';

const WAITS = /airlock: waiting for the proxy box/;
export const NOT_INSTALLED = /airlock: \S+ is not installed, the agent stays off: trying again/;
/** Every way in which a mirror fails. */
const FAILING: readonly Serving[] = ['missing', 'refused', 'cut', 'another'];

/** A blank machine, whose proxy box comes late and whose mirror fails first. It runs on. */
export async function firstBoot(
  cast: Cast,
  { boots, real }: Score,
): Promise<{ readonly machine: Machine; readonly sight: Sight }> {
  const { stage, expected } = cast;
  const what = `first power-on, the proxy box not there yet${isFetched(cast.installation) ? ', then its mirror failing' : ''}`;
  cast.onBoot('first', what);
  await stage.flows();
  const machine = await stage.powerOn();
  const said = await machine.console.until(WAITS, PATIENCE * 2);
  if (!isFetched(cast.installation)) await placeRuntime(machine);
  const shut = await look(machine);
  const began = Date.now();
  const tries = await openedBefore(cast, machine);
  const held = Date.now();
  const up = await agentUp(machine);
  if (up !== undefined) await remember(machine);
  await settled(machine);
  const sight = await look(machine);
  const clock = await clockOf(machine);
  const flows = await stage.flows();
  real.R01 = firstCall({ ...whereTo(cast), sight: shut, flows, clock });
  real.R02 = waiting({ shut, open: sight, said: said?.text });
  real.R04 = agentUnit(sight, expected);
  real.R07 = quiet(sight);
  real.R08 = cloudInit(sight);
  real.R09 = units(sight);
  real.R12 = isFetched(cast.installation)
    ? installed(tries, sight)
    : `${cast.installation.runtime} fetches nothing by a pin from the npm mirror, and a stand-in is put in its place`;
  const passed = await passage(cast, machine);
  real.R14 = passed ? passes(passed) : 'the policy allows no GET';
  boots.push({
    ...{ name: 'first', what },
    ...(up !== undefined && { agentUpSeconds: seconds(machine.poweredOn, up) }),
    resolverSeconds: seconds(0, shut.resolvingSeconds * 1000),
    shutSeconds: seconds(machine.poweredOn, began),
    ...(isFetched(cast.installation) && { failingSeconds: seconds(began, held) }),
  });
  return { machine, sight };
}

/** Opens the door to a mirror that fails in every way, one after the other, and then serves what is pinned. */
async function openedBefore(cast: Cast, machine: Machine): Promise<Try[]> {
  const { stage, installation } = cast;
  const { host } = installation.mirror;
  const tries: Try[] = [];
  for (const serving of isFetched(cast.installation) ? FAILING : []) {
    await stage.internet.serve(host, serving);
    const from = machine.console.lines.length;
    // No effect the first time, when the door was shut.
    await hurry(machine);
    await stage.door.open();
    const said = await machine.console.until(NOT_INSTALLED, PATIENCE, from);
    tries.push({ serving, said: said?.text, agent: await stateOf(machine) });
  }
  await stage.internet.serve(host, 'whole');
  await stage.door.open();
  await hurry(machine);
  return tries;
}
