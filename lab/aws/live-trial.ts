import { join } from 'node:path';
import { awsCli } from './aws-cli';
import { configurationFiles, FIRST, type Settings, writeConfiguration } from './configuration';
import { type Program, wentWell } from './program';
import type { Trial } from './trial';

export interface Ground {
  /** Runs programs until the signal ends them. */
  readonly program: (signal: AbortSignal) => Program;
  /** The Node.js that runs the kit. */
  readonly node: string;
  readonly stack: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  /** Holds the configuration, the template, the log and the SSH key. */
  readonly directory: string;
  /** The deployer's `software.lock.json`. */
  readonly software: string;
  readonly now: () => Date;
  readonly pause: (signal: AbortSignal) => Promise<void>;
}

/** Runs `cdk`, `airlock`, the AWS CLI and OpenSSH as child processes; the signal ends all of them. */
export function liveTrials(ground: Ground): (signal: AbortSignal) => Trial {
  const notes = new Map<string, string>();
  let settings = FIRST;
  const write = () => {
    const files = configurationFiles(ground.stack, ground.region, settings);
    writeConfiguration(ground.directory, files, ground.software);
  };
  write();
  return (signal) => {
    const run = ground.program(signal);
    const aws = awsCli(run);
    const kit = ['-c', `config=${ground.directory}`, '--output', join(ground.directory, 'cdk.out')];
    const cdk = async (...words: readonly string[]) => {
      wentWell(`cdk ${words[0]}`, await run('npx', ['--no-install', 'cdk', ...words, ...kit]));
    };
    const airlock = (words: readonly string[], input?: string) =>
      run(ground.node, ['dist/bin/airlock.js', ...words, '--config', ground.directory], { input });
    return {
      ...ground,
      notes,
      aws,
      configure: (change: (settings: Settings) => Settings) => {
        settings = change(settings);
        write();
      },
      synth: () => cdk('synth', ground.stack, '--quiet'),
      deploy: (...words) => cdk('deploy', ground.stack, '--require-approval', 'never', ...words),
      destroy: async () => {
        const protection = { StackName: ground.stack, EnableTerminationProtection: false };
        await aws('cloudformation', 'update-termination-protection', protection);
        await cdk('destroy', ground.stack, '--force');
      },
      template: join(ground.directory, 'cdk.out', `${ground.stack}.template.json`),
      airlock: async (words, input) => wentWell(`airlock ${words.join(' ')}`, await airlock(words, input)),
      airlockJson: async (words) => {
        const ended = await airlock([...words, '--json']);
        // Exit code 1 with output: the command found something wrong.
        return JSON.parse(
          wentWell(`airlock ${words.join(' ')}`, { ...ended, exitCode: ended.stdout ? 0 : 1 }),
        );
      },
      inside: (machine, script) => inside(ground, run, machine, script),
      until: async (what, look) => {
        for (;;) {
          const found = await look();
          if (found !== undefined) return found;
          await ground.pause(signal).catch((error) => {
            throw new Error(`waited in vain until ${what}: ${error.message}`);
          });
        }
      },
    };
  };
}

async function inside(
  { directory }: Ground,
  run: Program,
  { id, user }: { readonly id: string; readonly user: string },
  script: string,
): Promise<string> {
  const key = join(directory, 'key');
  await run('sh', ['-c', 'test -f "$1" || ssh-keygen -q -t ed25519 -N "" -f "$1"', 'sh', key]);
  const send = ['ec2-instance-connect', 'send-ssh-public-key', '--instance-id', id];
  send.push('--instance-os-user', user, '--ssh-public-key', `file://${key}.pub`);
  wentWell('sending the key', await run('aws', send));
  // AWS authenticates the end of the tunnel, and a new machine has a new host key: SSH can't compare it with a known one.
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
  options.push('IdentitiesOnly=yes', 'BatchMode=yes', 'ConnectTimeout=30');
  options.push(`ProxyCommand=aws ec2-instance-connect open-tunnel --instance-id ${id}`);
  const words = ['-i', key, ...options.flatMap((option) => ['-o', option]), `${user}@${id}`, 'bash -s'];
  return wentWell(`ssh to ${id}`, await run('ssh', words, { input: script }));
}
