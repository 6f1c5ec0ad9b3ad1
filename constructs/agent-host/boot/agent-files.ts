import type { AgentUserDataProps } from '../user-data';
import afterDoor from './after-door.conf';
import agentEnv from './agent.env.tmpl';
import agentService from './agent.service';
import agentSlice from './agent.slice';
import confined from './agent-confined.conf';
import network from './airlock.network.tmpl';
import sources from './airlock.sources.tmpl';
import ready from './airlock-ready.target.tmpl';
import step from './airlock-step.service';
import apt from './apt.conf';
import chrony from './chrony.conf';
import cloud from './cloud.cfg';
import door from './door.sh';
import keys from './keys.sh';
import { type MachineFile, render } from './machine-file';
import resolv from './resolv.conf';
import resolved from './resolved.conf';
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
  /** Once the certificate is trusted. A runtime's own files come here, after the kit's. */
  readonly rest: readonly MachineFile[];
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
  when(!props.root, '$U/agent.service.d/confined.conf', confined);

  return {
    dns: [
      file('/etc/airlock/agent.env', agentEnv),
      file('/etc/resolv.conf', resolv),
      file('/etc/systemd/resolved.conf.d/airlock.conf', resolved),
      file('/etc/systemd/network/05-airlock.network', network),
    ],
    rest: [
      file('/etc/cloud/cloud.cfg.d/99-airlock.cfg', cloud),
      file('/etc/chrony/chrony.conf', chrony),
      file('/etc/systemd/timesyncd.conf.d/airlock.conf', timesyncd),
      file('/etc/apt/apt.conf.d/90airlock', apt),
      // Reaches apt-daily and apt-daily-upgrade: a drop-in for every unit whose name begins with `apt-`.
      file('$U/apt-.service.d/airlock.conf', afterDoor),
      file('/etc/ssh/sshd_config.d/10-airlock.conf', sshd),
      // The first lines are here, because jest takes them off a file it loads.
      file('/usr/lib/airlock/keys', `#!/bin/sh\n${keys}`, '755'),
      file('/usr/lib/airlock/door', `#!/bin/bash\n${door}`, '755'),
      file('/usr/lib/airlock/state', `#!/bin/sh\n${state}`, '755'),
      file('$U/airlock-door.service $U/airlock-state.service', step),
      file('$U/var-lib-agent.mount', mount),
      file('$U/airlock-ready.target', ready),
      file('$U/agent.slice', agentSlice),
      file('$U/agent.service', agentService),
      ...optional.flatMap(([, present]) => present ?? []),
    ],
    absent: [
      // The image's own: the public mirrors, in plain http.
      '/etc/apt/sources.list',
      '/etc/apt/sources.list.d/debian.sources',
      ...optional.flatMap(([wanted, , path]) => (wanted ? [] : path)),
    ],
  };
}
