import afterReady from './after-ready.conf';
import agentService from './agent.service';
import confined from './agent-confined.conf';
import journal from './airlock-journal.service';
import ready from './airlock-ready.target.tmpl';
import restart from './airlock-restart.service';
import scanService from './airlock-scan.service';
import scanTimer from './airlock-scan.timer';
import step from './airlock-step.service';
import daily from './airlock-transcripts.timer';
import apt from './apt.conf';
import aptService from './apt-service.conf';
import chrony from './chrony.conf';
import cloud from './cloud.cfg';
import keys from './keys.sh';
import { type MachineFile, render, script } from './machine-file';
import runtime from './runtime.sh';
import scanStart from './scan.conf';
import scan from './scan.tmpl';
import skills from './skills.sh';
import sshd from './sshd.conf';
import state from './state.sh';
import timesyncd from './timesyncd.conf';
import mount from './var-lib-agent.mount.tmpl';
import wait from './wait.sh';

/** Drop-in that confines the unit of an agent without root. */
export const CONFINED = '$U/agent.service.d/confined.conf';
/** Sends the journal to the proxy box. */
export const JOURNAL = '$U/airlock-journal.service';
/** Starts airlock-transcripts.service every day. */
export const TRANSCRIPTS_TIMER = '$U/airlock-transcripts.timer';

const fixed = (path: string, text: string): MachineFile => ({ path, text: render(text) });
/** The files lack their first line, "#!…": it is added here. */
const program = (name: string, shell: 'sh' | 'bash', text: string): MachineFile => ({
  path: `/usr/lib/airlock/${name}`,
  text: `#!/bin/${shell}\n${script(text)}`,
  mode: '755',
});

/** The weekly scan for secrets, where the agent's file asks for it. */
export const SCAN_FILES: readonly MachineFile[] = [
  // Gone at the next boot: without the setting nothing starts the timer.
  fixed('/run/systemd/system/agent.service.d/scan.conf', scanStart),
  fixed('$U/airlock-scan.timer', scanTimer),
  fixed('$U/airlock-scan.service', scanService),
  fixed('/usr/lib/airlock/scan', scan),
];

/** Files that are the same on every agent host of this kit. Similar ones are neighbours: they pack into fewer bytes. */
export const FIXED_FILES: readonly MachineFile[] = [
  fixed('/etc/systemd/timesyncd.conf.d/airlock.conf', timesyncd),
  fixed('/etc/cloud/cloud.cfg.d/99-airlock.cfg', cloud),
  fixed('/etc/chrony/chrony.conf', chrony),
  program('state', 'sh', state),
  program('keys', 'bash', keys),
  program('wait', 'bash', wait),
  program('skills', 'sh', skills),
  program('runtime', 'sh', runtime),
  {
    ...fixed('$U/airlock-wait.service', step),
    copies: ['$U/airlock-state.service', '$U/airlock-runtime.service'],
  },
  fixed('$U/airlock-runtime.service.d/after.conf', afterReady),
  fixed(TRANSCRIPTS_TIMER, daily),
  fixed(JOURNAL, journal),
  fixed(CONFINED, confined),
  fixed('$U/var-lib-agent.mount', mount),
  fixed('$U/agent.service', agentService),
  fixed('/etc/ssh/sshd_config.d/10-airlock.conf', sshd),
  fixed('$U/airlock-restart.service', restart),
  fixed('$U/airlock-ready.target', ready),
  // Applies to apt-daily and apt-daily-upgrade: a drop-in for every unit whose name begins with `apt-`.
  fixed('$U/apt-.service.d/airlock.conf', aptService),
  fixed('/etc/apt/apt.conf.d/90airlock', apt),
];
