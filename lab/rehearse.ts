import { appendFileSync, mkdirSync } from 'node:fs';
import { type Held, holdMachine } from './host/hold-machine';
import { roleOf } from './proxy/run/internet';
import { findProxyProgram, type ProxyProgram, type ProxyProgramOptions } from './proxy/run/proxy-program';
import { madeUpSecrets } from './proxy/run/secrets';
import { isFetched, repinned } from './rehearsal/plan/installation';
import { type RehearsalReport, SCOPE } from './rehearsal/plan/report';
import { CACHE, type Image, imageOf } from './rehearsal/run/image';
import { makePackages, type Packages } from './rehearsal/run/packages';
import { type Found, findRequirements } from './rehearsal/run/requirements';
import { type Booted, runBoots } from './rehearsal/run/run-boots';
import { type Subject, subjectOf } from './rehearsal/run/subject';
import { Testbed } from './rehearsal/run/testbed';

export type RehearseResult =
  | { readonly reason: 'rehearsed'; readonly report: RehearsalReport }
  /** Something is missing, busy or unreadable, or this kit did not make the template. */
  | { readonly reason: 'unready'; readonly message: string };

export interface RehearseOptions extends Omit<ProxyProgramOptions, 'scratch'> {
  readonly agent: string;
  /** Path of a template. */
  readonly template: string;
  /** Address of a Debian archive. @default the one in this machine's apt sources */
  readonly mirror?: string;
  /** Path of a directory with packages for the npm mirror, by their path there. @default stand-ins */
  readonly packages?: string;
  /** Path of a file to which each line of the machine's console is appended. @default none */
  readonly console?: string;
  /** Path of the Node.js that runs this, for the report. */
  readonly node: string;
  readonly now: () => Date;
}

/** Called while a rehearsal runs. */
export interface RehearseProgress {
  readonly building: (line: string) => void;
  readonly boot: (name: string, what: string) => void;
  /** A line of the boot scripts on the machine's console. */
  readonly message: (line: string) => void;
  readonly end: () => void;
}

/** Start of a message of the kit's boot scripts; the kernel and systemd put a time or a name before it. */
const OWN = /^.*?\bairlock: /;

/** Packages whose versions are in the report: a boot depends on them. */
const REPORTED = [
  'cloud-init',
  'systemd',
  'linux-image-cloud-amd64',
  'chrony',
  'openssh-server',
  'netplan.io',
];

/** Boots an agent host's user data several times, then removes everything. Never throws. */
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
  // Not in /tmp, which may be in memory: the disks are large.
  const held = await holdMachine(
    CACHE,
    (scratch) => findProxyProgram({ ...options, scratch }),
    (machine) => boots({ ...options, ...machine, required, subject: found.subject }, progress),
    progress.end,
  );
  return held.ok ? { reason: 'rehearsed', report: held.report } : unready(held.message);
}

interface Run extends RehearseOptions, Held<ProxyProgram> {
  readonly required: Found;
  readonly subject: Subject;
}

/** @throws if a machine can't be booted at all */
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
  const onLine = (line: string) => {
    if (run.console !== undefined) appendFileSync(run.console, `${line}\n`);
    if (OWN.test(line)) progress.message(line.replace(OWN, 'airlock: '));
  };
  const testbed = await Testbed.build({ ...subject, ...run, role, image, onLine, tools });
  try {
    const deployed = rehearsed.userData(testbed.certificate);
    const userData = repinned(deployed, packages.pins);
    const booted = await runBoots({ ...subject, testbed, userData, onBoot: progress.boot });
    return reportOf(run, image, packages, {
      ...booted,
      started: started.toISOString(),
      seconds: Math.round((now().getTime() - started.getTime()) / 100) / 10,
      userDataBytes: Buffer.byteLength(deployed),
    });
  } catch (error) {
    if (testbed.panic === undefined) throw error;
    throw new Error(
      `the emulated machine's kernel panicked, which says nothing about the user data: run the rehearsal again (${testbed.panic.trim()})`,
    );
  } finally {
    await testbed.takeDown();
  }
}

function reportOf(
  { agent, subject, program, required }: Run,
  image: Image,
  packages: Packages,
  found: Booted & Pick<RehearsalReport, 'started' | 'seconds' | 'userDataBytes'>,
): RehearsalReport {
  const { runtime } = subject.installation;
  const standIn = 'a stand-in that runs and does nothing';
  const proxy =
    program.kind === 'iron-proxy'
      ? `iron-proxy ${program.version}`
      : 'a STAND-IN for iron-proxy, which shows nothing about iron-proxy itself';
  return {
    format: 2,
    scope: SCOPE,
    agent,
    os: subject.os,
    proxyBox: `warden and ${proxy} (${program.origin})`,
    runtime: !isFetched(subject.installation)
      ? `${runtime}, not installed: ${standIn} takes its place`
      : packages.pins.size === 0
        ? `${runtime}, from the given packages`
        : `${runtime}; the mirror serves ${standIn}, and the user data has its pin in place of the kit's`,
    template: subject.template,
    versions: { ...required.tools.versions, ...versionsOf(image) },
    ...found,
  };
}

function versionsOf({ packages, built }: Image): Record<string, string> {
  return {
    image: `made ${built.toISOString().slice(0, 10)} from Debian's packages`,
    ...Object.fromEntries(
      REPORTED.flatMap((name) => {
        const version = packages.get(name);
        return version === undefined ? [] : [[name, version]];
      }),
    ),
  };
}
