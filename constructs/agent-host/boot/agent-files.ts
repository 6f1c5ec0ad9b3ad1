import { runtimeFiles } from '../runtimes/runtime-files';
import type { AgentUserDataProps } from '../user-data';
import afterReady from './after-ready.conf';
import agentEnv from './agent.env.tmpl';
import agentService from './agent.service';
import agentSlice from './agent.slice';
import confined from './agent-confined.conf';
import network from './airlock.network.tmpl';
import sources from './airlock.sources.tmpl';
import ready from './airlock-ready.target.tmpl';
import restart from './airlock-restart.service';
import restartAt from './airlock-restart.timer.tmpl';
import step from './airlock-step.service';
import transcripts from './airlock-transcripts.service.tmpl';
import daily from './airlock-transcripts.timer';
import apt from './apt.conf';
import aptService from './apt-service.conf';
import chrony from './chrony.conf';
import cloud from './cloud.cfg';
import door from './door.sh';
import held from './held.conf.tmpl';
import keys from './keys.sh';
import { type MachineFile, namesValue, render } from './machine-file';
import resolv from './resolv.conf';
import resolved from './resolved.conf';
import runtime from './runtime.sh';
import skills from './skills.sh';
import sshd from './sshd.conf';
import state from './state.sh';
import sudoers from './sudoers.conf';
import timesyncd from './timesyncd.conf';
import { bootValues } from './values';
import mount from './var-lib-agent.mount.tmpl';

/** What the boothook writes, and what it removes because an earlier configuration may have written it. */
export interface AgentFiles {
  /** First of all: who this is, and the one resolver it believes. */
  readonly dns: readonly MachineFile[];
  /** What belongs to those and holds no setting. */
  readonly network: readonly MachineFile[];
  /** Once the certificate is trusted: every file that depends on a setting. */
  readonly rest: readonly MachineFile[];
  /** Before those: files that are the same on every machine of this kit with this runtime. */
  readonly packed: readonly MachineFile[];
  readonly absent: readonly string[];
}

export function agentFiles(props: AgentUserDataProps): AgentFiles {
  const values = bootValues(props);
  const file = (path: string, text: string, mode?: MachineFile['mode']): MachineFile => ({
    path,
    text: render(text, values),
    mode,
  });
  const optional: [boolean, MachineFile | undefined, string][] = [];
  const when = (wanted: boolean, path: string, text: string, mode?: MachineFile['mode']): void => {
    optional.push([wanted, wanted ? file(path, text, mode) : undefined, path]);
  };
  when(props.aptMirror !== undefined, '/etc/apt/sources.list.d/airlock.sources', sources);
  when(props.root, '/etc/sudoers.d/airlock', sudoers, '440');
  const hasTranscripts = values.TRANSCRIPTS !== '';
  when(hasTranscripts, '$U/airlock-transcripts.service', transcripts);

  when(values.HELD !== '' && !props.root, '$U/agent.service.d/held.conf', held);

  const ofRuntime = runtimeFiles(props, values);
  // Like beside like: what is packed takes fewer bytes.
  const always: readonly (readonly [path: string, text: string, mode?: MachineFile['mode']])[] = [
    ['/etc/systemd/timesyncd.conf.d/airlock.conf', timesyncd],
    ['/etc/cloud/cloud.cfg.d/99-airlock.cfg', cloud],
    ['/etc/chrony/chrony.conf', chrony],
    // The first lines are here, because jest takes them off a file it loads.
    ['/usr/lib/airlock/state', `#!/bin/sh\n${state}`, '755'],
    ['/usr/lib/airlock/keys', `#!/bin/bash\n${keys}`, '755'],
    ['/usr/lib/airlock/door', `#!/bin/bash\n${door}`, '755'],
    ['/usr/lib/airlock/skills', `#!/bin/sh\n${skills}`, '755'],
    ['/usr/lib/airlock/runtime', `#!/bin/sh\n${runtime}`, '755'],
    ['$U/airlock-door.service $U/airlock-state.service $U/airlock-runtime.service', step],
    ['$U/airlock-runtime.service.d/after.conf', afterReady],
    ['$U/airlock-transcripts.timer', daily],
    ['$U/airlock-restart.timer', restartAt],
    ['$U/agent.service.d/confined.conf', confined],
    ['$U/var-lib-agent.mount', mount],
    ['$U/agent.slice', agentSlice],
    ['$U/agent.service', agentService],
    ['/etc/ssh/sshd_config.d/10-airlock.conf', sshd],
    ['$U/airlock-restart.service', restart],
    ['$U/airlock-ready.target', ready],
    // Reaches apt-daily and apt-daily-upgrade: a drop-in for every unit whose name begins with `apt-`.
    ['$U/apt-.service.d/airlock.conf', aptService],
    ['/etc/apt/apt.conf.d/90airlock', apt],
  ];
  const settled = (wanted: boolean) =>
    always.filter(([, text]) => namesValue(text) !== wanted).map((each) => file(...each));

  return {
    dns: [
      file('/etc/airlock/agent.env', agentEnv),
      file('/etc/resolv.conf', resolv),
      file('/etc/systemd/resolved.conf.d/airlock.conf', resolved),
    ],
    network: [file('/etc/systemd/network/05-airlock.network', network)],
    packed: [...settled(true), ...ofRuntime.constant],
    rest: [...settled(false), ...optional.flatMap(([, present]) => present ?? []), ...ofRuntime.plain],
    absent: [
      // The image's own: the public mirrors, in plain http.
      '/etc/apt/sources.list',
      '/etc/apt/sources.list.d/debian.sources',
      ...optional.flatMap(([wanted, , path]) => (wanted ? [] : path)),
      // Packed above, because they hold no setting; taken away again here, where a reviewer sees it.
      ...(props.root ? ['$U/agent.service.d/confined.conf'] : []),
      ...(hasTranscripts ? [] : ['$U/airlock-transcripts.timer']),
    ],
  };
}
