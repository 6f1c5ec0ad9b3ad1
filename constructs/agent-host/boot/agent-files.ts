import { posix } from 'node:path';
import { runtimeFiles } from '../runtimes/runtime-files';
import agentEnv from './agent.env.tmpl';
import agentSlice from './agent.slice';
import network from './airlock.network.tmpl';
import sources from './airlock.sources.tmpl';
import restartAt from './airlock-restart.timer.tmpl';
import transcriptsUnit from './airlock-transcripts.service.tmpl';
import type { BootPlan } from './boot-plan';
import { CONFINED, FIXED_FILES, JOURNAL, SCAN_FILES, TRANSCRIPTS_TIMER } from './fixed-files';
import held from './held.conf.tmpl';
import { type MachineFile, render, type Values } from './machine-file';
import resolv from './resolv.conf';
import resolved from './resolved.conf';
import sudoers from './sudoers.conf';

const HOME = '/var/lib/agent';

/** What the boothook writes, and what it removes because an earlier configuration may have written it. */
export interface AgentFiles {
  /** First of all: which machine this is, and its one resolver. */
  readonly dns: readonly MachineFile[];
  /** With those, but without a setting. */
  readonly network: readonly MachineFile[];
  /** Then the files that are the same on every machine of this kit with this runtime. */
  readonly packed: readonly MachineFile[];
  /** Once the certificate is trusted: every file that depends on a setting. */
  readonly rest: readonly MachineFile[];
  readonly absent: readonly string[];
}

export function agentFiles(plan: BootPlan): AgentFiles {
  const ofRuntime = runtimeFiles(plan.runtime);
  const optional = Object.entries(optionalFiles(plan));
  const { day, hour } = plan.restart;
  return {
    dns: [
      file('/etc/airlock/agent.env', agentEnv, identity(plan)),
      file('/etc/resolv.conf', resolv, { PROXY: plan.proxyAddress }),
      file('/etc/systemd/resolved.conf.d/airlock.conf', resolved, { PROXY: plan.proxyAddress }),
    ],
    network: [file('/etc/systemd/network/05-airlock.network', network)],
    packed: [...FIXED_FILES, ...(plan.scan ? SCAN_FILES : []), ...ofRuntime.packed],
    rest: [
      file('$U/airlock-restart.timer', restartAt, { RESTART_AT: `${day.slice(0, 3)} ${hour}:00 UTC` }),
      file('$U/agent.slice', agentSlice, { MEMORY_PERCENT: plan.limits.memoryPercent }),
      ...optional.flatMap(([path, wanted]) => (wanted ? { path, ...wanted } : [])),
      ...ofRuntime.plain,
    ],
    absent: [
      // The image's own: the public mirrors, over plain HTTP.
      '/etc/apt/sources.list',
      '/etc/apt/sources.list.d/debian.sources',
      ...optional.flatMap(([path, wanted]) => (wanted ? [] : path)),
      // Packed, because they hold no setting; removed here, where a reviewer sees it.
      ...(plan.root ? [CONFINED] : []),
      ...(plan.journal ? [] : [JOURNAL]),
      ...(plan.runtime.transcripts ? [] : [TRANSCRIPTS_TIMER]),
    ],
  };
}

/** By path; undefined where the configuration wants no such file. */
function optionalFiles({ root, aptMirror, codename, runtime }: BootPlan) {
  const { mounts, transcripts, transcriptDays } = runtime;
  return {
    '/etc/apt/sources.list.d/airlock.sources':
      aptMirror === undefined
        ? undefined
        : { text: render(sources, { APT_MIRROR: aptMirror, CODENAME: codename }) },
    '/etc/sudoers.d/airlock': root ? { text: render(sudoers), mode: '440' as const } : undefined,
    '$U/airlock-transcripts.service': transcripts && {
      text: render(transcriptsUnit, {
        TRANSCRIPTS: transcripts.globs.map((glob) => `-path ./${glob}`).join(' -o '),
        TRANSCRIPT_MINUTES: transcriptDays * 24 * 60,
        PRUNE: transcripts.prune === undefined ? '' : `ExecStart=/opt/agent/run ${transcripts.prune}`,
      }),
    },
    '$U/agent.service.d/held.conf':
      root || mounts.length === 0
        ? undefined
        : {
            text: render(held, {
              HELD_DIRECTORIES: unique(mounts.map(({ target }) => `${HOME}/${posix.dirname(target)}`)),
              HELD_MOUNTS: mounts.map(({ source, target }) => `${source}:${HOME}/${target}`).join(' '),
            }),
          },
  };
}

function identity({ stack, agent, os, proxyAddress, stateDevice, limits, runtime }: BootPlan): Values {
  const { version, skills } = runtime.definition;
  return {
    STACK: stack,
    AGENT: agent,
    RUNTIME: version === undefined ? runtime.name : `${runtime.name}-${version}`,
    OS: os,
    PROXY: proxyAddress,
    STATE_DEVICE: stateDevice,
    CPU_PERCENT: limits.cpuPercent,
    NPM: runtime.npmMirror ?? '',
    PYPI: runtime.pypiMirror ?? '',
    SKILL_GLOBS: skills.join(' '),
    HELD: runtime.mounts.map(({ target }) => target).join(' '),
  };
}

function file(path: string, text: string, values?: Values): MachineFile {
  return { path, text: render(text, values) };
}

function unique(texts: readonly string[]): string {
  return [...new Set(texts)].join(' ');
}
