import { appendFileSync } from 'node:fs';
import { planLab } from '../lab/network/read';
import { type CellResult, cellOf } from '../lab/rehearsal/cell';
import { type Expected, expectedOf } from '../lab/rehearsal/expected';
import { type RehearsalReport, SCOPE } from '../lab/rehearsal/report';
import { takeLock } from './lab/lock';
import { janitor } from './lab/network';
import { readTemplate } from './lab/read-template';
import { plainDoor } from './rehearse/door';
import { type Image, imageOf, type Os, RELEASES } from './rehearse/image';
import { play } from './rehearse/play';
import { findRequirements } from './rehearse/requirements';
import { Stage } from './rehearse/stage';

export type RehearseResult =
  | { readonly reason: 'rehearsed'; readonly report: RehearsalReport }
  /** Something is missing, busy, unreadable, or not of this kit. */
  | { readonly reason: 'unready'; readonly message: string };

export interface RehearseOptions {
  readonly agent: string;
  /** Path of a template. */
  readonly template: string;
  /** Address of a Debian archive. @default the one in this machine's apt sources */
  readonly mirror?: string;
  /** Path of a file that gets every line of the machine's console. @default none */
  readonly console?: string;
  /** Path of the Node.js that runs this: named in the report. */
  readonly node: string;
  readonly now: () => Date;
}

/** Told while a rehearsal runs. */
export interface RehearseProgress {
  readonly building: (line: string) => void;
  readonly boot: (name: string, what: string) => void;
  /** A line of the boot scripts on the machine's console. */
  readonly said: (line: string) => void;
  readonly end: () => void;
}

/** How the kit's boot scripts begin what they say; the kernel and systemd put a time or a name before it. */
const OWN = /^.*?\bairlock: /;

/** Packages whose versions decide how a boot goes. */
const TOLD = ['cloud-init', 'systemd', 'linux-image-cloud-amd64', 'chrony', 'openssh-server', 'netplan.io'];

/** Boots an agent host's user data again and again, and takes everything down again. Never throws. */
export async function rehearse(
  options: RehearseOptions,
  progress: RehearseProgress,
): Promise<RehearseResult> {
  const unready = (message: string): RehearseResult => ({ reason: 'unready', message });
  const required = findRequirements(options.node, options.mirror);
  if (!required.ok) return unready(required.message);
  const read = readTemplate(options.template);
  if (!read.ok) return unready(read.message);
  const planned = planLab(read.template);
  if (!planned.ok) return unready(`the lab doesn't build this template: ${planned.problems.join('; ')}`);
  const found: CellResult = cellOf(planned.plan, options.agent);
  if (!found.ok) return unready(found.message);
  const expected = expectedOf(found.cell.userData('certificate'));
  if (expected === undefined || !isOs(expected))
    return unready(`agent "${options.agent}": its user data is none of this kit's`);

  const lock = takeLock();
  if (!lock.ok) return unready(lock.message);
  const cleaner = janitor(lock.run);
  const started = options.now();
  const told = (line: string) => {
    if (options.console !== undefined) appendFileSync(options.console, `${line}\n`);
    if (OWN.test(line)) progress.said(line.replace(OWN, 'airlock: '));
  };
  let stage: Stage | undefined;
  try {
    const image = await imageOf(expected.os as Os, required, progress.building);
    stage = await Stage.set(planned.plan, found.cell, image, lock.run, required.tools, told);
    const { proxy } = found.cell;
    const door = await plainDoor(stage.standing, proxy.name, proxy.v4);
    const userData = found.cell.userData(door.certificate);
    const played = await play({
      stage,
      door,
      expected,
      userData,
      proxy: proxy.v4,
      onBoot: progress.boot,
    });
    const report: RehearsalReport = {
      format: 1,
      scope: SCOPE,
      agent: options.agent,
      os: expected.os,
      door: door.what,
      runtime: 'a stand-in that stays and does nothing',
      started: started.toISOString(),
      seconds: Math.round((options.now().getTime() - started.getTime()) / 100) / 10,
      template: { file: options.template, sha256: read.sha256 },
      userDataBytes: Buffer.byteLength(userData),
      versions: { ...required.tools.versions, ...versionsOf(image) },
      ...played,
    };
    return { reason: 'rehearsed', report };
  } catch (error) {
    return unready(error instanceof Error ? error.message : String(error));
  } finally {
    progress.end();
    await stage?.strike();
    await cleaner.done();
  }
}

function isOs({ os }: Expected): boolean {
  return Object.hasOwn(RELEASES, os);
}

function versionsOf({ packages, built }: Image): Record<string, string> {
  return {
    image: `made ${built.toISOString().slice(0, 10)} from Debian's packages`,
    ...Object.fromEntries(
      TOLD.flatMap((name) => {
        const version = packages.get(name);
        return version === undefined ? [] : [[name, version]];
      }),
    ),
  };
}
