import { agentUnit } from '../../plan/checks/agent-unit';
import { firstConnection } from '../../plan/checks/first-connection';
import { installed } from '../../plan/checks/installed';
import { cloudInit, quiet, units } from '../../plan/checks/machine';
import { throughProxy } from '../../plan/checks/requests';
import { stateKept } from '../../plan/checks/state';
import { waiting } from '../../plan/checks/waiting';
import type { Inspection } from '../../plan/inspection';
import { isFetched } from '../../plan/installation';
import { faulty as withFaults } from '../../plan/variants';
import { agentRuns, bootFinished, clockOf, inspect, installAnew, placeStandIn, stateOf } from '../inside';
import type { Machine } from '../machine';
import { destinations, type Rehearsal, type Results } from '../rehearsal';
import { sendRequests } from '../requests';
import { started } from './boot';
import { NOT_INSTALLED } from './first';

/** A machine with many faults, so that each check of a running machine is seen to fail. */
export async function faultyBoot(
  rehearsal: Rehearsal,
  { boots, faulty }: Results,
  first: Inspection,
): Promise<void> {
  const { testbed, expected, userData } = rehearsal;
  const what = 'many faults at once, on a blank state volume, without its proxy box';
  rehearsal.onBoot('faulty', what);
  await testbed.proxyBox.stop();
  await testbed.publish(withFaults(userData));
  await testbed.freshRoot();
  testbed.blankState();
  await testbed.flows();
  const machine = await started(rehearsal);
  await placeStandIn(machine);
  await agentRuns(machine);
  await bootFinished(machine);
  const seen = await inspect(machine);
  const clock = await clockOf(machine);
  faulty.R01 = firstConnection({ ...destinations(rehearsal), seen, flows: await testbed.flows(), clock });
  faulty.R02 = waiting({ without: seen });
  faulty.R03 = stateKept(first, seen);
  faulty.R04 = agentUnit(seen, expected);
  faulty.R07 = quiet(seen);
  faulty.R08 = cloudInit(seen);
  faulty.R09 = units(seen);
  await testbed.proxyBox.start();
  const requests = await sendRequests(rehearsal, machine);
  faulty.R14 = requests && throughProxy(requests);
  if (isFetched(rehearsal.installation)) faulty.R12 = await anotherPackage(rehearsal, machine);
  boots.push({ name: 'faulty', what });
  await machine.cut();
}

/** Installs the runtime again with a correct resolver, from a mirror that serves another package. */
async function anotherPackage({ testbed, rehearsed, installation }: Rehearsal, machine: Machine) {
  await testbed.internet.serve(installation.mirror.host, 'another');
  const from = machine.console.lines.length;
  await installAnew(machine, rehearsed.proxy.v4);
  await agentRuns(machine);
  const agent = await stateOf(machine);
  const message = machine.console.lines.slice(from).find(({ text }) => NOT_INSTALLED.test(text));
  await testbed.internet.serve(installation.mirror.host, 'whole');
  return installed([{ serving: 'another', message: message?.text, agent }], await inspect(machine));
}
