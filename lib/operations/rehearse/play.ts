import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { agentUnit } from '../../lab/rehearsal/checks/agent-unit';
import { applied, rebooted } from '../../lab/rehearsal/checks/boots';
import type { Judgement } from '../../lab/rehearsal/checks/check';
import { firstCall } from '../../lab/rehearsal/checks/first-call';
import { cloudInit, quiet, units } from '../../lab/rehearsal/checks/machine';
import { refused, stateKept } from '../../lab/rehearsal/checks/state';
import { waiting } from '../../lab/rehearsal/checks/waiting';
import type { Expected } from '../../lab/rehearsal/expected';
import { LAWS, type LawId } from '../../lab/rehearsal/laws';
import { type BootReport, type CheckReport, judged } from '../../lab/rehearsal/report';
import type { Sight } from '../../lab/rehearsal/sight';
import { careless, changedLimits, otherRelease } from '../../lab/rehearsal/variants';
import { agentUp, clockOf, giveRuntime, look, remember, settled } from './boot';
import type { Door } from './door';
import { type Machine, PATIENCE } from './machine';
import type { Stage } from './stage';

export interface Cast {
  readonly stage: Stage;
  readonly door: Door;
  readonly proxy: string;
  readonly userData: string;
  readonly expected: Expected;
  /** Told the name and meaning of each boot before it begins. */
  readonly onBoot: (name: string, what: string) => void;
}

export interface Played {
  readonly boots: readonly BootReport[];
  readonly checks: readonly CheckReport[];
}

type Judgements = Partial<Record<LawId, Judgement>>;

const WAITS = /airlock: waiting for the proxy box/;
const REFUSED = /airlock: STATE VOLUME REFUSED, the agent stays off/;
const NOT_CONFIGURED = /airlock: NOT CONFIGURED, the agent stays off: the image is/;

/** Every boot in turn: the machine as it is, then a rebuilt one, then the broken ones. */
export async function play(cast: Cast): Promise<Played> {
  const { stage, userData, expected } = cast;
  const boots: BootReport[] = [];
  const real: Judgements = {};
  const broken: Judgements = {};

  await stage.freshRoot();
  stage.blankState();
  await stage.publish(userData);
  const first = await firstBoot(cast, boots, real);
  const again = await reboot(cast, boots, first.machine);
  real.R05 = rebooted(first.sight, again, expected);
  // Nothing was changed before this reboot, so nothing may count as applied.
  const changed = { ...expected, memoryPercent: Math.max(1, Math.floor(expected.memoryPercent / 2)) };
  broken.R06 = applied(first.sight, again, changed);
  await first.machine.powerOff();

  const restarted = await changedStart(cast, boots);
  real.R06 = applied(again, restarted, changed);

  const rebuilt = await rebuild(cast, boots);
  real.R03 = stateKept(first.sight, rebuilt);

  const damaged = await damagedState(cast, boots);
  real.R10 = refused(damaged.sight, damaged.said, REFUSED);
  broken.R10 = refused(rebuilt, undefined, REFUSED);
  broken.R05 = rebooted(rebuilt, damaged.sight, expected);

  const wrong = await wrongImage(cast, boots);
  real.R11 = refused(wrong.sight, wrong.said, NOT_CONFIGURED);
  broken.R11 = refused(rebuilt, undefined, NOT_CONFIGURED);

  await carelessBoot(cast, boots, broken, first.sight);
  const checks = (Object.keys(LAWS) as LawId[]).map((id) =>
    judged({ id, ...LAWS[id] }, real[id], broken[id]),
  );
  return { boots, checks };
}

async function firstBoot(
  { stage, door, proxy, expected, onBoot }: Cast,
  boots: BootReport[],
  real: Judgements,
) {
  const what = 'first power-on, the door shut at first';
  onBoot('first', what);
  await stage.flows();
  await door.shut();
  const machine = await stage.powerOn();
  const said = await machine.console.until(WAITS, PATIENCE * 2);
  await giveRuntime(machine);
  const shut = await look(machine);
  const opened = Date.now();
  await door.open();
  const up = await agentUp(machine);
  if (up !== undefined) await remember(machine);
  await settled(machine);
  const sight = await look(machine);
  const clock = await clockOf(machine);
  const flows = await stage.flows();
  real.R01 = firstCall({ sight: shut, flows, proxy, clock });
  real.R02 = waiting({ shut, open: sight, said: said?.text });
  real.R04 = agentUnit(sight, expected);
  real.R07 = quiet(sight);
  real.R08 = cloudInit(sight);
  real.R09 = units(sight);
  boots.push({
    name: 'first',
    what,
    ...since(machine.poweredOn, up),
    doorShutSeconds: round(opened - machine.poweredOn),
  });
  return { machine, sight };
}

async function reboot({ onBoot }: Cast, boots: BootReport[], machine: Machine): Promise<Sight> {
  const what = 'systemctl reboot';
  onBoot('reboot', what);
  const count = machine.guest.bootCount;
  const ordered = Date.now();
  void machine.guest.run('systemctl reboot', 5);
  await machine.guest.booted(count, PATIENCE * 2);
  return upAndSeen(machine, boots, 'reboot', what, ordered);
}

async function changedStart(
  { stage, userData, expected, onBoot }: Cast,
  boots: BootReport[],
): Promise<Sight> {
  const what = 'stopped, user data changed, started';
  onBoot('changed', what);
  await stage.publish(changedLimits(userData, expected.memoryPercent));
  const machine = await started(stage);
  const sight = await upAndSeen(machine, boots, 'changed', what, machine.poweredOn);
  await machine.powerOff();
  await stage.publish(userData);
  return sight;
}

async function rebuild({ stage, onBoot }: Cast, boots: BootReport[]): Promise<Sight> {
  const what = 'a new root disk, the same state volume, the door open';
  onBoot('rebuild', what);
  await stage.freshRoot();
  const machine = await started(stage);
  await giveRuntime(machine);
  const sight = await upAndSeen(machine, boots, 'rebuild', what, machine.poweredOn);
  await machine.powerOff();
  return sight;
}

async function damagedState({ stage, onBoot }: Cast, boots: BootReport[]) {
  const what = 'the state volume damaged';
  onBoot('damaged', what);
  damage(stage.disks.state);
  const machine = await started(stage);
  const said = await machine.console.until(REFUSED, PATIENCE * 2);
  const sight = await look(machine);
  boots.push({ name: 'damaged', what });
  await machine.cut();
  return { sight, said: said?.text };
}

async function wrongImage({ stage, userData, expected, onBoot }: Cast, boots: BootReport[]) {
  const what = 'user data for another Debian release';
  onBoot('wrong', what);
  await stage.publish(otherRelease(userData, expected.os));
  await stage.freshRoot();
  stage.blankState();
  const machine = await started(stage);
  const said = await machine.console.until(NOT_CONFIGURED, PATIENCE * 2);
  const sight = await look(machine);
  boots.push({ name: 'wrong', what });
  await machine.cut();
  return { sight, said: said?.text };
}

async function carelessBoot(
  { stage, door, proxy, expected, userData, onBoot }: Cast,
  boots: BootReport[],
  broken: Judgements,
  first: Sight,
): Promise<void> {
  const what = 'everything done wrong at once, on a blank state volume, the door shut';
  onBoot('careless', what);
  await door.shut();
  await stage.publish(careless(userData));
  await stage.freshRoot();
  stage.blankState();
  await stage.flows();
  const machine = await started(stage);
  await giveRuntime(machine);
  await agentUp(machine);
  await settled(machine);
  const sight = await look(machine);
  const clock = await clockOf(machine);
  broken.R01 = firstCall({ sight, flows: await stage.flows(), proxy, clock });
  broken.R02 = waiting({ shut: sight });
  broken.R03 = stateKept(first, sight);
  broken.R04 = agentUnit(sight, expected);
  broken.R07 = quiet(sight);
  broken.R08 = cloudInit(sight);
  broken.R09 = units(sight);
  boots.push({ name: 'careless', what });
  await machine.cut();
}

/** Powered on, and the rehearsal's program inside has reported. @throws when it doesn't */
async function started(stage: Stage): Promise<Machine> {
  const machine = await stage.powerOn();
  if ((await machine.guest.booted(0, PATIENCE * 2)) === undefined)
    throw new Error(
      `the machine did not boot within ${PATIENCE * 2} s: ${machine.console.lines.at(-1)?.text ?? 'its console is empty'}`,
    );
  return machine;
}

async function upAndSeen(
  machine: Machine,
  boots: BootReport[],
  name: string,
  what: string,
  from: number,
): Promise<Sight> {
  const up = await agentUp(machine);
  if (up !== undefined) await remember(machine);
  boots.push({ name, what, ...since(from, up) });
  return look(machine);
}

/** Overwrites what a file system can't do without, and all of its spare copies that `e2fsck -p` could use by itself. */
function damage(disk: string): void {
  const file = openSync(disk, 'r+');
  // The group descriptors and the root directory's inode table, past the first superblock.
  writeSync(file, Buffer.alloc(8 * 1024 ** 2, 0xa5), 0, 8 * 1024 ** 2, 4096);
  fsyncSync(file);
  closeSync(file);
}

function since(from: number, until: number | undefined): { agentUpSeconds?: number } {
  return until === undefined ? {} : { agentUpSeconds: round(until - from) };
}

function round(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
