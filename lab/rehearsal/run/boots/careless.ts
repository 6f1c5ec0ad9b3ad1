import { agentUnit } from '../../plan/checks/agent-unit';
import { firstCall } from '../../plan/checks/first-call';
import { installed } from '../../plan/checks/installed';
import { cloudInit, quiet, units } from '../../plan/checks/machine';
import { passes } from '../../plan/checks/passage';
import { stateKept } from '../../plan/checks/state';
import { waiting } from '../../plan/checks/waiting';
import { isFetched } from '../../plan/installation';
import type { Sight } from '../../plan/sight';
import { careless } from '../../plan/variants';
import { type Cast, type Score, whereTo } from '../cast';
import { agentUp, clockOf, installAnew, look, placeRuntime, settled, stateOf } from '../inside';
import type { Machine } from '../machine';
import { passage } from '../passage';
import { started } from './boot';
import { NOT_INSTALLED } from './first';

/** A machine on which everything is done wrong, so that each check that looks at a running one is seen to fail. */
export async function carelessBoot(cast: Cast, { boots, broken }: Score, first: Sight): Promise<void> {
  const { stage, expected, userData } = cast;
  const what = 'everything done wrong at once, on a blank state volume, the door shut';
  cast.onBoot('careless', what);
  await stage.door.shut();
  await stage.publish(careless(userData));
  await stage.freshRoot();
  stage.blankState();
  await stage.flows();
  const machine = await started(cast);
  await placeRuntime(machine);
  await agentUp(machine);
  await settled(machine);
  const sight = await look(machine);
  const clock = await clockOf(machine);
  broken.R01 = firstCall({ ...whereTo(cast), sight, flows: await stage.flows(), clock });
  broken.R02 = waiting({ shut: sight });
  broken.R03 = stateKept(first, sight);
  broken.R04 = agentUnit(sight, expected);
  broken.R07 = quiet(sight);
  broken.R08 = cloudInit(sight);
  broken.R09 = units(sight);
  await stage.door.open();
  const passed = await passage(cast, machine);
  broken.R14 = passed && passes(passed);
  if (isFetched(cast.installation)) broken.R12 = await anotherPackage(cast, machine);
  boots.push({ name: 'careless', what });
  await machine.cut();
}

/** The runtime is installed once more, from a mirror that has another package, with the resolver put right. */
async function anotherPackage({ stage, rehearsed, installation }: Cast, machine: Machine) {
  await stage.internet.serve(installation.mirror.host, 'another');
  const from = machine.console.lines.length;
  await installAnew(machine, rehearsed.proxy.v4);
  await agentUp(machine);
  const agent = await stateOf(machine);
  const said = machine.console.lines.slice(from).find(({ text }) => NOT_INSTALLED.test(text));
  await stage.internet.serve(installation.mirror.host, 'whole');
  return installed([{ serving: 'another', said: said?.text, agent }], await look(machine));
}
