import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { doorCast } from '../lab/doors/cast';
import { type Cell, cellsOf } from '../lab/doors/estate';
import { internetRole } from '../lab/doors/internet-role';
import { planLab } from '../lab/network/read';
import { type CellResult, cellOf } from '../lab/rehearsal/cell';
import { type Expected, expectedOf } from '../lab/rehearsal/expected';
import { installationOf, repinned } from '../lab/rehearsal/installation';
import { type RehearsalReport, SCOPE } from '../lab/rehearsal/report';
import { sceneOf } from '../lab/scene';
import { type DoorProgramOptions, findDoorProgram } from './lab/doors/door-program';
import { takeLock } from './lab/lock';
import { janitor } from './lab/network';
import { readTemplate } from './lab/read-template';
import { isFetched } from './rehearse/cast';
import { CACHE, type Image, imageOf, type Os, RELEASES } from './rehearse/image';
import { makePackages } from './rehearse/packages';
import { play } from './rehearse/play';
import { findRequirements } from './rehearse/requirements';
import { Stage } from './rehearse/stage';

export type RehearseResult =
  | { readonly reason: 'rehearsed'; readonly report: RehearsalReport }
  /** Something is missing, busy, unreadable, or not of this kit. */
  | { readonly reason: 'unready'; readonly message: string };

export interface RehearseOptions extends Omit<DoorProgramOptions, 'scratch'> {
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
  const required = findRequirements(options.node, options.path, options.mirror);
  if (!required.ok) return unready(required.message);
  const read = readTemplate(options.template);
  if (!read.ok) return unready(read.message);
  const planned = planLab(read.template);
  if (!planned.ok) return unready(`the lab doesn't build this template: ${planned.problems.join('; ')}`);
  const { plan } = planned;
  const found: CellResult = cellOf(plan, options.agent);
  if (!found.ok) return unready(found.message);
  const rehearsed = found.cell;
  const cells = cellsOf(plan.network.template);
  const cell = cells.find(({ agent }) => agent === options.agent);
  const deployed = rehearsed.userData('certificate');
  const [expected, installation] = [expectedOf(deployed), installationOf(deployed)];
  if (cell === undefined || expected === undefined || installation === undefined || !isOs(expected))
    return unready(`agent "${options.agent}": its user data is none of this kit's`);

  mkdirSync(CACHE, { recursive: true, mode: 0o700 });
  // Not in /tmp, which may be memory: the disks are large.
  const scratch = mkdtempSync(join(CACHE, 'airlock-lab-'));
  let stage: Stage | undefined;
  try {
    const program = await findDoorProgram({ ...options, scratch });
    if (!program.ok) return unready(program.message);
    const lock = takeLock();
    if (!lock.ok) return unready(lock.message);
    const cleaner = janitor(lock.run, scratch);
    try {
      const started = options.now();
      const image = await imageOf(expected.os as Os, required, progress.building);
      const packages = await makePackages(installation, scratch);
      const { moto, dnsmasq } = required.tools;
      const { release, kind, version, origin } = program.program;
      const role = internetRole({
        ...{ cells, release, moto, dnsmasq, scratch, secrets: madeUp(cells), files: packages.files },
        sha256: (text) => createHash('sha256').update(text).digest('hex'),
      });
      const told = (line: string) => {
        if (options.console !== undefined) appendFileSync(options.console, `${line}\n`);
        if (OWN.test(line)) progress.said(line.replace(OWN, 'airlock: '));
      };
      stage = await Stage.set({
        ...{ plan, rehearsed, cell, role, image, told },
        ...{ run: lock.run, tools: required.tools, node: options.node, scratch },
      });
      const userData = repinned(rehearsed.userData(stage.certificate), packages.pins);
      const scene = sceneOf(plan, options.agent);
      const cast = {
        ...{ stage, expected, userData, installation, onBoot: progress.boot },
        proxy: rehearsed.proxy.v4,
        resolvers: plan.namedResolvers,
        allowed: scene && doorCast(scene, options.agent, cell.policy)?.read,
      };
      const played = await play(cast);
      const report: RehearsalReport = {
        format: 1,
        scope: SCOPE,
        agent: options.agent,
        os: expected.os,
        door: `warden and ${kind} ${version} (${origin})`,
        runtime: isFetched(cast)
          ? `${installation.runtime}, of which the mirror serves a stand-in that stays and does nothing, with its own pin in the place of the kit's`
          : `${installation.runtime}, whose installation is left out: a stand-in that stays and does nothing is put in its place`,
        started: started.toISOString(),
        seconds: Math.round((options.now().getTime() - started.getTime()) / 100) / 10,
        template: { file: options.template, sha256: read.sha256 },
        userDataBytes: Buffer.byteLength(deployed),
        versions: { ...required.tools.versions, ...versionsOf(image) },
        ...played,
      };
      return { reason: 'rehearsed', report };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const { panic } = stage ?? {};
      return unready(
        panic === undefined
          ? words
          : `the emulated machine went away (${panic.trim()}), which says nothing about the user data: run it again`,
      );
    } finally {
      progress.end();
      await stage?.strike();
      await cleaner.done();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A value for every secret, which nothing but this run knows. */
function madeUp(cells: readonly Cell[]): Record<string, string> {
  return Object.fromEntries(
    cells.flatMap(({ parameters }) =>
      parameters.map((name) => [name, `lab-${randomBytes(12).toString('hex')}`]),
    ),
  );
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
