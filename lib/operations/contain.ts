import { didYouMean } from '../config/nearest';
import { type Cell, type Clock, type ControlPlane, liveCells } from '../containment/cell';
import { type Containment, contain as containCell } from '../containment/contain';
import { type Release, release as releaseCell } from '../containment/release';
import { isConfirmed } from '../containment/step';
import { unlessRefused } from './aws';
import { noMachines } from './not-here';
import type { VerifyLine, VerifyResult } from './verify';
import { isFault } from './verify/fault';

export interface ContainInput {
  readonly aws: ControlPlane;
  readonly clock: Clock;
  readonly stack: string;
  /** @default every agent of the stack */
  readonly agent?: string;
}

export type NotDone =
  | { readonly reason: 'unknown-agent'; readonly message: string }
  | { readonly reason: 'aws'; readonly message: string };

export type ContainResult =
  | { readonly reason: 'contained'; readonly containments: readonly Containment[] }
  | { readonly reason: 'planned'; readonly cells: readonly Cell[] }
  | NotDone;

export type ReleaseResult =
  | { readonly reason: 'released'; readonly release: Release }
  /** A live check fails: nothing was changed. */
  | { readonly reason: 'unverified'; readonly agent: string; readonly failed: readonly VerifyLine[] }
  | NotDone;

export type DrillResult =
  | {
      readonly reason: 'drilled';
      readonly containment: Containment;
      readonly release: Release;
      /** The day that was recorded, when everything was confirmed. */
      readonly recorded?: string;
    }
  /** A machine of the agent is stopped, so that the release of a drill could open what somebody contained. */
  | { readonly reason: 'not-running'; readonly message: string }
  | NotDone;

/** Cuts one agent, or all of the stack, off; side by side. @param options.dryRun only says what it would work on */
export async function contain(
  input: ContainInput,
  options: { readonly by: string; readonly keepRunning?: boolean; readonly dryRun?: boolean },
): Promise<ContainResult> {
  const found = await cellsFor(input);
  if ('reason' in found) return found;
  if (options.dryRun) return { reason: 'planned', cells: found.cells };
  const containments = await Promise.all(
    found.cells.map((cell) => containCell(cell, input.aws, input.clock, options)),
  );
  return { reason: 'contained', containments };
}

/**
 * Opens a contained agent once every live check passes.
 *
 * @param options.verify the live checks, which accept that the agent is contained
 * @param options.despite ids of checks that may fail; everybody who is told reads them
 */
export async function release(
  input: ContainInput & { readonly agent: string },
  options: {
    readonly by: string;
    readonly because: string;
    readonly verify: () => Promise<VerifyResult>;
    readonly despite?: readonly string[];
  },
): Promise<ReleaseResult> {
  const found = await cellsFor(input);
  if ('reason' in found) return found;
  const { by, verify, despite = [] } = options;
  const verified = await verify();
  if (verified.reason === 'no-answer') return { reason: 'aws', message: verified.message };
  const failed = verified.lines.filter(isFault);
  const refused = failed.filter(({ id }) => !despite.includes(id));
  if (refused.length > 0) return { reason: 'unverified', agent: input.agent, failed: refused };
  const ids = failed.map(({ id }) => id).join(', ');
  const because = ids === '' ? options.because : `${options.because} (despite failed checks: ${ids})`;
  return {
    reason: 'released',
    release: await releaseCell(found.cells[0], input.aws, input.clock, { by, because }),
  };
}

/** Contains an agent on purpose, releases it, and records the day when AWS confirmed both. */
export async function drill(
  input: ContainInput & { readonly agent: string },
  options: { readonly by: string },
): Promise<DrillResult> {
  const found = await cellsFor(input);
  if ('reason' in found) return found;
  const { aws, clock, agent } = input;
  // Its release asks for no live check, so it must not open what somebody contained.
  const stopped = found.cells[0].machines.find(({ state }) => state !== 'running');
  if (stopped) {
    const message = `${stopped.id} of ${agent} is ${stopped.state}: release the agent first, or start its machines`;
    return { reason: 'not-running', message };
  }
  const by = `a drill of ${options.by}`;
  const [cell] = found.cells;
  const containment = await containCell(cell, aws, clock, { by });
  const released = await releaseCell(cell, aws, clock, { by, because: 'the drill is over' });
  const isGood = containment.isCut && isConfirmed(containment.steps) && released.isReleased;
  if (!isGood) return { reason: 'drilled', containment, release: released };
  const day = clock.now().toISOString().slice(0, 10);
  return unlessRefused<DrillResult, DrillResult>(
    async () => {
      await aws.recordDrill(agent, day);
      return { reason: 'drilled', containment, release: released, recorded: day };
    },
    (why) => ({ reason: 'aws', message: `the drill went well and its day is not recorded: ${why}` }),
  );
}

/** The cells with machines of one agent, or of all. */
export async function cellsFor({
  aws,
  stack,
  agent,
}: ContainInput): Promise<{ readonly cells: readonly [Cell, ...Cell[]] } | NotDone> {
  const all = await unlessRefused(
    async () => liveCells(await aws.cells()),
    (message) => ({ reason: 'aws', message }) as const,
  );
  if ('reason' in all) return all;
  const [first, ...rest] = all.filter((cell) => agent === undefined || cell.agent === agent);
  if (first !== undefined) return { cells: [first, ...rest] };
  const names = all.map((cell) => cell.agent).sort();
  if (names.length === 0) {
    return {
      reason: 'unknown-agent',
      message: noMachines(stack, aws.region),
    };
  }
  return {
    reason: 'unknown-agent',
    message: `no machine of an agent "${agent}" exists; the stack "${stack}" has machines of ${names.join(', ')}${didYouMean(agent ?? '', names)}`,
  };
}
