import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from './box';
import { serveConnect } from './connect/serve';
import { runGate } from './gate/main';
import type { Host } from './host';
import { install } from './install';
import { say } from './log';
import { identify, type Machine } from './machine';
import { parameterStore } from './parameters';
import { putObject } from './put-object';
import { realHost } from './real-host';
import { describe, watch } from './watch';

/** Only tests set it: everything below a directory instead of `/`. */
const root = process.env.AIRLOCK_ROOT ?? '';
const searchPath = process.env.AIRLOCK_ROOT ? (process.env.PATH ?? '') : '/usr/sbin:/usr/bin:/sbin:/bin';

async function main(command: string | undefined): Promise<number> {
  if (command === 'connect') return serveConnect();
  const warden = basename(dirname(realpathSync(process.argv[1] ?? '')));
  if (command === 'gate') return runGate(root, warden);
  const { stack, agent, parameter } = readBoxFile();
  if (command === 'install') {
    const done = await install(hostFor(''), root, stack, agent);
    if (!done.ok) process.stderr.write(`${done.reason}\n`);
    return done.ok ? 0 : 1;
  }
  if (command !== 'run') {
    process.stderr.write('usage: warden.cjs connect|gate|install|run\n');
    return 2;
  }
  const machine = await machineOrWait();
  const box: Box = { stack, agent, parameter, ...machine, warden };
  const host = hostFor(machine.region);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
  await say(host, 'info', 'warden starts', warden);
  return watch(host, box, () => process.exit(70));
}

function hostFor(region: string): Host {
  const known = region || 'us-east-1';
  const [parameters, put] = [parameterStore(known), putObject(known)];
  return realHost({ root, region, searchPath, parameters, putObject: put });
}

/** Written by the user data; systemd hands it to the daemon as environment, `install` may run without systemd. */
function readBoxFile(): { stack: string; agent: string; parameter: string } {
  const text = readFileSync(`${root}/etc/airlock/box.conf`, 'utf8');
  const value = (name: string) => {
    const found = new RegExp(`^${name}=([\\w./-]+)$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`/etc/airlock/box.conf: ${name} is missing`);
    return found;
  };
  return {
    stack: value('AIRLOCK_STACK'),
    agent: value('AIRLOCK_AGENT'),
    parameter: value('AIRLOCK_PARAMETER'),
  };
}

async function machineOrWait(): Promise<Machine> {
  const endpoint = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'http://169.254.169.254';
  for (;;) {
    try {
      return await identify(endpoint);
    } catch (error) {
      process.stderr.write(`${describe(error)}\n`);
      await sleep(5000);
    }
  }
}

main(process.argv[2]).then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  },
);
