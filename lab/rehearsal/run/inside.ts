import { readFileSync } from 'node:fs';
import { labFile } from '../../host/files';
import { type Inspection, inspectionOf } from '../plan/inspection';
import { LONGEST_WAIT, type Machine } from './machine';

/** Start of a machine's own clock in milliseconds since 1970, and the error of that. */
export interface Clock {
  readonly start: number;
  readonly error: number;
}

export async function clockOf({ guest }: Machine): Promise<Clock> {
  const asked = Date.now();
  const said = await guest.run('cat /proc/uptime');
  const answered = Date.now();
  const uptime = Number(said.out.split(' ')[0]) * 1000;
  return { start: (asked + answered) / 2 - uptime, error: (answered - asked) / 2 + 10 };
}

/** Reads the whole state at once. @throws if the machine doesn't answer */
export async function inspect(machine: Machine): Promise<Inspection> {
  const said = await machine.guest.run(script('inspect.sh'), LONGEST_WAIT);
  if (said.out === '') throw new Error(`the machine can't be inspected: ${said.errors.slice(0, 200)}`);
  return inspectionOf(said.out);
}

/** Waits until the agent's unit runs; when it began, in milliseconds since 1970. Undefined: not within the time. */
export async function agentRuns(machine: Machine): Promise<number | undefined> {
  const until = `timeout ${LONGEST_WAIT} sh -c 'until systemctl -q is-active agent; do sleep 3; done'`;
  const up = await machine.guest.run(until, LONGEST_WAIT + 5);
  if (up.code !== 0) return undefined;
  const shown = await machine.guest.run('systemctl show agent -p ActiveEnterTimestampMonotonic --value');
  return (await clockOf(machine)).start + Number(shown.out) / 1000;
}

/** Waits until the boot has finished, with or without errors. */
export async function bootFinished({ guest }: Machine): Promise<void> {
  await guest.run(`timeout ${LONGEST_WAIT} systemctl is-system-running --wait`, LONGEST_WAIT + 5);
}

/**
 * Installs a stand-in for a runtime that the rehearsal's mirror can't serve, after the user data has written its last file
 * and before any unit that it starts (lab/rehearsal/programs/place-stand-in.sh).
 */
export async function placeStandIn({ guest }: Machine): Promise<void> {
  const program = `cat >/run/stand-in <<'END'\n${script('stand-in-runtime.sh')}END\n`;
  await must(guest, `${program}${script('place-stand-in.sh')}`, LONGEST_WAIT * 2);
}

/** Ends the pause before the next attempt to install. */
export async function skipPause({ guest }: Machine): Promise<void> {
  await guest.run('pkill -x sleep -P "$(systemctl show airlock-runtime -p MainPID --value)"');
}

/** Installs the runtime again from nothing, with the proxy box as the only resolver. */
export async function installAnew(machine: Machine, proxy: string): Promise<void> {
  const resolver = `rm -f /etc/resolv.conf && echo nameserver ${proxy} >/etc/resolv.conf`;
  await asRoot(machine, `${resolver} && rm -rf /opt/agent/versions`);
  await startAnew(machine);
}

/** Starts the installation, the checks and the agent again; doesn't wait for them. */
export async function startAnew(machine: Machine): Promise<void> {
  await asRoot(machine, 'systemctl stop agent airlock-runtime && systemctl --no-block start agent');
}

/** @throws with the command's error output if it fails */
export async function asRoot({ guest }: Machine, command: string): Promise<void> {
  await must(guest, command, LONGEST_WAIT);
}

/** The state of the agent's unit, as systemd names it. */
export async function stateOf({ guest }: Machine): Promise<string> {
  return (await guest.run('systemctl is-active agent')).out.trim();
}

/** HTTP status of a request from the agent's own user; `000`: no answer. */
export async function request({ guest }: Machine, url: string): Promise<string> {
  const curl = `curl -s -m 20 -o /dev/null -w '%{http_code}' '${url}'`;
  return (await guest.run(`runuser -u agent -- ${curl}`, 40)).out.trim();
}

/** Writes a line to the state volume as the agent's own user. */
export async function writeLine({ guest }: Machine): Promise<void> {
  const line = 'cat /proc/sys/kernel/random/boot_id >>/var/lib/agent/rehearsal';
  await must(guest, `runuser -u agent -- sh -c '${line}'`);
}

function script(name: string): string {
  return readFileSync(labFile('rehearsal', 'programs', name), 'utf8');
}

async function must(guest: Machine['guest'], command: string, seconds = 60): Promise<void> {
  const said = await guest.run(command, seconds);
  if (said.code !== 0) throw new Error(`${command.slice(0, 60)}: ${said.errors.slice(0, 200)}`);
}
