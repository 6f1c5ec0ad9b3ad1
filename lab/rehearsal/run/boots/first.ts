import type { Serving } from '../../../proxy/plan/cells';
import { agentUnit } from '../../plan/checks/agent-unit';
import { firstConnection } from '../../plan/checks/first-connection';
import { installed, type Try } from '../../plan/checks/installed';
import { cloudInit, quiet, units } from '../../plan/checks/machine';
import { throughProxy } from '../../plan/checks/requests';
import { waiting } from '../../plan/checks/waiting';
import type { Inspection } from '../../plan/inspection';
import { isFetched } from '../../plan/installation';
import {
  agentRuns,
  bootFinished,
  clockOf,
  inspect,
  placeStandIn,
  skipPause,
  stateOf,
  writeLine,
} from '../inside';
import { LONGEST_WAIT, type Machine } from '../machine';
import { destinations, notApplicable, type Rehearsal, type Results } from '../rehearsal';
import { sendRequests } from '../requests';
import { seconds } from './boot';

const WAITS = /airlock: waiting for the proxy box/;
export const NOT_INSTALLED = /airlock: \S+ is not installed, the agent stays off: trying again/;
/** The ways in which a mirror fails. */
const FAILING: readonly Serving[] = ['missing', 'refused', 'cut', 'another'];

/** A blank machine; its proxy box starts late, and its mirror fails at first. The machine keeps running. */
export async function firstBoot(
  rehearsal: Rehearsal,
  { boots, shipped }: Results,
): Promise<{ readonly machine: Machine; readonly seen: Inspection }> {
  const { testbed, expected } = rehearsal;
  const what = `first power-on, without its proxy box${isFetched(rehearsal.installation) ? ', then with a failing mirror' : ''}`;
  rehearsal.onBoot('first', what);
  await testbed.flows();
  const machine = await testbed.powerOn();
  const message = await machine.console.until(WAITS, LONGEST_WAIT * 2);
  if (!isFetched(rehearsal.installation)) await placeStandIn(machine);
  const without = await inspect(machine);
  const proxyStarted = Date.now();
  const tries = await failingMirror(rehearsal, machine);
  const mirrorServes = Date.now();
  const up = await agentRuns(machine);
  if (up !== undefined) await writeLine(machine);
  await bootFinished(machine);
  const seen = await inspect(machine);
  const clock = await clockOf(machine);
  const flows = await testbed.flows();
  shipped.R01 = firstConnection({ ...destinations(rehearsal), seen: without, flows, clock });
  shipped.R02 = waiting({ without, with: seen, message: message?.text });
  shipped.R04 = agentUnit(seen, expected);
  shipped.R07 = quiet(seen);
  shipped.R08 = cloudInit(seen);
  shipped.R09 = units(seen);
  shipped.R12 = isFetched(rehearsal.installation)
    ? installed(tries, seen)
    : notApplicable(
        `${rehearsal.installation.runtime} fetches no pinned package from the npm mirror: a stand-in was installed`,
      );
  const requests = await sendRequests(rehearsal, machine);
  shipped.R14 = requests ? throughProxy(requests) : notApplicable('the policy allows no GET');
  boots.push({
    ...{ name: 'first', what },
    ...(up !== undefined && { agentUpSeconds: seconds(machine.poweredOn, up) }),
    resolverSeconds: seconds(0, without.resolvingSeconds * 1000),
    noProxySeconds: seconds(machine.poweredOn, proxyStarted),
    ...(isFetched(rehearsal.installation) && { mirrorFailingSeconds: seconds(proxyStarted, mirrorServes) }),
  });
  return { machine, seen };
}

/** Starts the proxy box; the mirror behind it fails in each way, one after the other, then serves the pinned packages. */
async function failingMirror(rehearsal: Rehearsal, machine: Machine): Promise<Try[]> {
  const { testbed, installation } = rehearsal;
  const { host } = installation.mirror;
  const tries: Try[] = [];
  for (const serving of isFetched(rehearsal.installation) ? FAILING : []) {
    await testbed.internet.serve(host, serving);
    const from = machine.console.lines.length;
    // No effect the first time: the proxy box was not there.
    await skipPause(machine);
    await testbed.proxyBox.start();
    const message = await machine.console.until(NOT_INSTALLED, LONGEST_WAIT, from);
    tries.push({ serving, message: message?.text, agent: await stateOf(machine) });
  }
  await testbed.internet.serve(host, 'whole');
  await testbed.proxyBox.start();
  await skipPause(machine);
  return tries;
}
