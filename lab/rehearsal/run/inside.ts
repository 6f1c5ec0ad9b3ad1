import { readFileSync } from 'node:fs';
import { labFile } from '../../host/files';
import { type Sight, sightOf } from '../plan/sight';
import { type Machine, PATIENCE } from './machine';

/** When a machine's own clock began to count, in milliseconds since 1970, and how far that may be off. */
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

/** Looks at everything at once. @throws when the machine says nothing */
export async function look(machine: Machine): Promise<Sight> {
  const said = await machine.guest.run(script('look.sh'), PATIENCE);
  if (said.out === '')
    throw new Error(`nothing can be seen inside the machine: ${said.errors.slice(0, 200)}`);
  return sightOf(said.out);
}

/** Until the agent's unit is up; its own time for that, in milliseconds since 1970. Undefined: it isn't in time. */
export async function agentUp(machine: Machine): Promise<number | undefined> {
  const until = `timeout ${PATIENCE} sh -c 'until systemctl -q is-active agent; do sleep 3; done'`;
  const up = await machine.guest.run(until, PATIENCE + 5);
  if (up.code !== 0) return undefined;
  const shown = await machine.guest.run('systemctl show agent -p ActiveEnterTimestampMonotonic --value');
  return (await clockOf(machine)).start + Number(shown.out) / 1000;
}

/** Until the whole boot has come to its end, whatever came of it. */
export async function settled({ guest }: Machine): Promise<void> {
  await guest.run(`timeout ${PATIENCE} systemctl is-system-running --wait`, PATIENCE + 5);
}

/**
 * Puts a stand-in in the place of a runtime that no mirror of the rehearsal has, once the user data has written its last
 * file and before any unit that it starts (lab/rehearsal/place.sh).
 */
export async function placeRuntime({ guest }: Machine): Promise<void> {
  const program = `cat >/run/stand-in <<'END'\n${script('program.sh')}END\n`;
  await must(guest, `${program}${script('place.sh')}`, PATIENCE * 2);
}

/** Ends the pause that the installation makes before it tries again. */
export async function hurry({ guest }: Machine): Promise<void> {
  await guest.run('pkill -x sleep -P "$(systemctl show airlock-runtime -p MainPID --value)"');
}

/** Installs the runtime once more as if nothing had been installed, with the proxy box as the one resolver. */
export async function installAnew(machine: Machine, proxy: string): Promise<void> {
  const resolver = `rm -f /etc/resolv.conf && echo nameserver ${proxy} >/etc/resolv.conf`;
  await asRoot(machine, `${resolver} && rm -rf /opt/agent/versions`);
  await startAnew(machine);
}

/** The agent and what has to be well before it, from the installation on; doesn't wait for them. */
export async function startAnew(machine: Machine): Promise<void> {
  await asRoot(machine, 'systemctl stop agent airlock-runtime && systemctl --no-block start agent');
}

/** @throws with the command's own words when it fails */
export async function asRoot({ guest }: Machine, command: string): Promise<void> {
  await must(guest, command, PATIENCE);
}

/** The state of the agent's unit, in systemd's word. */
export async function stateOf({ guest }: Machine): Promise<string> {
  return (await guest.run('systemctl is-active agent')).out.trim();
}

/** What a request of the agent's own user is answered with: an HTTP status, `000` for no answer. */
export async function request({ guest }: Machine, url: string): Promise<string> {
  const curl = `curl -s -m 20 -o /dev/null -w '%{http_code}' '${url}'`;
  return (await guest.run(`runuser -u agent -- ${curl}`, 40)).out.trim();
}

/** Writes a line to the state volume, as the agent's own user. */
export async function remember({ guest }: Machine): Promise<void> {
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
