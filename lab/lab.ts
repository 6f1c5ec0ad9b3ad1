import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeLock } from './host/lock';
import { readTemplate } from './host/read-template';
import { findTools } from './host/requirements';
import { ATTEMPTS, CONTROLS } from './network/attempts';
import { planLab } from './network/plan/read';
import { sceneOf } from './network/plan/scene';
import { janitor } from './network/run/network';
import { type Progress, runLab } from './network/run/run';
import type { LabReport } from './proof/report/report';
import { DOOR_ATTEMPTS } from './proxy/attempts';
import { sharedDecisions } from './proxy/run/decisions';
import { type DoorProgramOptions, findDoorProgram } from './proxy/run/door-program';
import { type DoorsRun, runDoors } from './proxy/run/run';

export type { Progress } from './network/run/run';

export type LabResult =
  | { readonly reason: 'played'; readonly report: LabReport }
  /** The template holds what the lab doesn't build; each by name. */
  | { readonly reason: 'refused'; readonly problems: readonly string[] }
  /** Something is missing, busy or unreadable. */
  | { readonly reason: 'unready'; readonly message: string };

export interface LabOptions extends Omit<DoorProgramOptions, 'scratch'> {
  /** Path of a template. */
  readonly template: string;
  /** Id of an attempt or of a group of them (`A`, `A01`). @default every attempt */
  readonly only?: string;
  /** Path of the Node.js that runs this: named in the report. */
  readonly node: string;
  readonly now: () => Date;
  /** The doors aren't played. @default they are */
  readonly networkOnly?: boolean;
}

/** Builds a template's network in namespaces, attacks it, attacks weakened ones, and takes everything down again. */
export async function lab(options: LabOptions, progress: Progress): Promise<LabResult> {
  const wanted = ({ id }: { readonly id: string }) => id.startsWith(options.only ?? '');
  const attempts = ATTEMPTS.filter(wanted);
  const doorAttempts = options.networkOnly ? [] : DOOR_ATTEMPTS.filter(wanted);
  if (attempts.length + doorAttempts.length === 0) {
    const groups = [...new Set([...ATTEMPTS, ...DOOR_ATTEMPTS].map(({ id }) => id[0]))].sort().join(', ');
    return {
      reason: 'unready',
      message: `no attempt "${options.only}": groups are ${groups}, attempts such as ${ATTEMPTS[0]?.id}`,
    };
  }
  const found = findTools(options.node, options.path, doorAttempts.length > 0);
  if (!found.ok) return { reason: 'unready', message: found.message };
  const read = readTemplate(options.template);
  if (!read.ok) return { reason: 'unready', message: read.message };
  const planned = planLab(read.template);
  if (!planned.ok) return { reason: 'refused', problems: planned.problems };
  const scene = sceneOf(planned.plan);
  if (scene === undefined) {
    return {
      reason: 'refused',
      problems: ["no agent host with its proxy box: the lab attacks from this kit's cells, by their tags"],
    };
  }
  const scratch = mkdtempSync(join(tmpdir(), 'airlock-lab-'));
  try {
    const program = doorAttempts.length === 0 ? undefined : await findDoorProgram({ ...options, scratch });
    if (program?.ok === false) return { reason: 'unready', message: program.message };
    const lock = takeLock();
    if (!lock.ok) return { reason: 'unready', message: lock.message };
    const cleaner = janitor(lock.run, scratch);
    const { template, sha256 } = read;
    const { now, node } = options;
    const common = { run: lock.run, template, tools: found.tools, now };
    const doors =
      program === undefined
        ? undefined
        : (told: Progress) =>
            runDoors(
              {
                ...common,
                plan: planned.plan,
                attempts: doorAttempts,
                honest: options.only === undefined,
                ...(options.only === undefined && { decisions: sharedDecisions() }),
                program: program.program,
                node,
                scratch,
              } satisfies DoorsRun,
              told,
            );
    try {
      const file = options.template;
      const report = await runLab(
        { ...common, scene, file, sha256, attempts, controls: CONTROLS, doors },
        progress,
      );
      return { reason: 'played', report };
    } catch (error) {
      return { reason: 'unready', message: error instanceof Error ? error.message : String(error) };
    } finally {
      progress.end();
      await cleaner.done();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
