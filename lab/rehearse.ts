import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { janitor } from './host/janitor';
import { takeLock } from './host/lock';
import { roleOf } from './proxy/run/internet';
import { findProxyProgram, type ProxyProgram, type ProxyProgramOptions } from './proxy/run/proxy-program';
import { madeUpSecrets } from './proxy/run/secrets';
import { isFetched, repinned } from './rehearsal/plan/installation';
import { type RehearsalReport, SCOPE } from './rehearsal/plan/report';
import { CACHE, type Image, imageOf } from './rehearsal/run/image';
import { makePackages, type Packages } from './rehearsal/run/packages';
import { type Played, play } from './rehearsal/run/play';
import { type Found, findRequirements } from './rehearsal/run/requirements';
import { Stage } from './rehearsal/run/stage';
import { type Subject, subjectOf } from './rehearsal/run/subject';

export type RehearseResult =
  | { readonly reason: 'rehearsed'; readonly report: RehearsalReport }
  /** Something is missing, busy, unreadable, or not of this kit. */
  | { readonly reason: 'unready'; readonly message: string };

export interface RehearseOptions extends Omit<ProxyProgramOptions, 'scratch'> {
  readonly agent: string;
  /** Path of a template. */
  readonly template: string;
  /** Address of a Debian archive. @default the one in this machine's apt sources */
  readonly mirror?: string;
  /** Path of a directory whose files the npm mirror serves, by path below it. @default stand-ins for what is pinned */
  readonly packages?: string;
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
  const found = subjectOf(options.template, options.agent);
  if (!found.ok) return unready(found.message);
  mkdirSync(CACHE, { recursive: true, mode: 0o700 });
  // Not in /tmp, which may be memory: the disks are large.
  const scratch = mkdtempSync(join(CACHE, 'airlock-lab-'));
  try {
    const program = await findProxyProgram({ ...options, scratch });
    if (!program.ok) return unready(program.message);
    const lock = takeLock();
    if (!lock.ok) return unready(lock.message);
    const cleaner = janitor(lock.run, scratch);
    try {
      const run = { ...options, run: lock.run, scratch, required, subject: found.subject };
      return { reason: 'rehearsed', report: await boots({ ...run, program: program.program }, progress) };
    } catch (error) {
      return unready(error instanceof Error ? error.message : String(error));
    } finally {
      progress.end();
      await cleaner.done();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Run extends RehearseOptions {
  readonly run: string;
  readonly scratch: string;
  readonly required: Found;
  readonly subject: Subject;
  readonly program: ProxyProgram;
}

/** @throws when a machine can't be booted at all */
async function boots(run: Run, progress: RehearseProgress): Promise<RehearsalReport> {
  const { subject, program, required, scratch, now } = run;
  const { tools } = required;
  const { cells, installation, rehearsed } = subject;
  const started = now();
  const image = await imageOf(subject.os, required, progress.building);
  const packages = await makePackages(installation, scratch, run.packages);
  const { release } = program;
  const secrets = madeUpSecrets(cells);
  const role = roleOf({ cells, release, scratch, secrets, files: packages.files }, tools);
  const told = (line: string) => {
    if (run.console !== undefined) appendFileSync(run.console, `${line}\n`);
    if (OWN.test(line)) progress.said(line.replace(OWN, 'airlock: '));
  };
  const { node } = run;
  const stage = await Stage.set({ ...subject, role, image, told, run: run.run, tools, node, scratch });
  try {
    const deployed = rehearsed.userData(stage.certificate);
    const userData = repinned(deployed, packages.pins);
    const played = await play({ ...subject, stage, userData, onBoot: progress.boot });
    return reportOf(run, image, packages, {
      ...played,
      started: started.toISOString(),
      seconds: Math.round((now().getTime() - started.getTime()) / 100) / 10,
      userDataBytes: Buffer.byteLength(deployed),
    });
  } catch (error) {
    if (stage.panic === undefined) throw error;
    throw new Error(
      `the emulated machine's kernel gave up, which says nothing about the user data: run it again (${stage.panic.trim()})`,
    );
  } finally {
    await stage.strike();
  }
}

function reportOf(
  { agent, subject, program, required }: Run,
  image: Image,
  packages: Packages,
  seen: Played & Pick<RehearsalReport, 'started' | 'seconds' | 'userDataBytes'>,
): RehearsalReport {
  const { runtime } = subject.installation;
  const standIn = 'a stand-in that stays and does nothing';
  const behind =
    program.kind === 'iron-proxy'
      ? `iron-proxy ${program.version}`
      : 'a STAND-IN for iron-proxy, which shows nothing about iron-proxy itself';
  return {
    format: 1,
    scope: SCOPE,
    agent,
    os: subject.os,
    door: `warden and ${behind} (${program.origin})`,
    runtime: !isFetched(subject.installation)
      ? `${runtime}, whose installation is left out: ${standIn} is put in its place`
      : packages.pins.size === 0
        ? `${runtime}, from the packages that were given`
        : `${runtime}, of which the mirror serves ${standIn}, with its own pin in the place of the kit's`,
    template: subject.template,
    versions: { ...required.tools.versions, ...versionsOf(image) },
    ...seen,
  };
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
