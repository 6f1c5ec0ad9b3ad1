import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { awsCli } from './aws-cli';
import type { Check } from './check';
import { drive, type Report } from './drive';
import { exitCodeOf, leftLines } from './lines';
import { liveTrials } from './live-trial';
import { EXIT, type Options } from './options';
import { prerequisites } from './prerequisites';
import type { Program, ProgramSettings } from './program';
import { record } from './record';
import { removeAll } from './remove-all';

export interface Host {
  readonly env: NodeJS.ProcessEnv;
  /** The repository. */
  readonly cwd: string;
  readonly node: string;
  readonly out: (text: string) => void;
  readonly tell: (line: string) => void;
  readonly now: () => Date;
  /** Between two polls. @throws the signal's reason once it is over */
  readonly pause: (signal: AbortSignal) => Promise<void>;
  /** Ctrl-C. */
  readonly interrupt: AbortSignal;
  readonly program: (settings: ProgramSettings) => Program;
}

interface Run {
  readonly options: Options;
  readonly env: NodeJS.ProcessEnv;
  readonly region: string;
  readonly checks: readonly Check[];
}

/** The deployer's pin of iron-proxy, the only file that the throwaway configuration copies from theirs. */
export const SOFTWARE = 'config/software.lock.json';

/** @returns the exit code */
export async function run(host: Host, { options, env, region, checks }: Run): Promise<number> {
  const { tell } = host;
  const stack = options.clean ?? `airlock-try-${randomBytes(4).toString('hex')}`;
  const directory = join(host.cwd, 'try-on-aws.out', stack);
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'log.txt');
  const log = (text: string) => appendFileSync(file, text, { mode: 0o600 });
  const inRegion = { ...env, AWS_REGION: region, AWS_DEFAULT_REGION: region };
  const program = (signal: AbortSignal) => host.program({ cwd: host.cwd, env: inRegion, signal, log });

  const first = program(host.interrupt);
  const ready = await prerequisites(first, awsCli(first), region, options.clean === undefined);
  if (!ready.ok) {
    tell(`error: ${ready.problem}`);
    return EXIT.notStarted;
  }
  const { identity, versions } = ready;
  tell(`stack ${stack}; the output of every program is in ${file}`);
  const began = host.now();
  const software = join(host.cwd, SOFTWARE);
  const partition = identity.Arn.split(':')[1] ?? 'aws';
  const place = { stack, region, account: identity.Account, partition };
  const report = await drive({
    checks,
    trial: liveTrials({ ...host, ...place, program, directory, software }),
    interrupt: host.interrupt,
    minutes: options.minutes,
    keep: options.keep ?? false,
    removeAll: (trial, signal) => removeAll({ ...trial, tell, pause: () => host.pause(signal) }),
    tell,
    now: host.now,
  });
  for (const line of endLines(report, stack, options)) tell(line);
  if (options.json) host.out(`${JSON.stringify({ stack, region, ...report }, null, 2)}\n`);
  // Only a complete run is evidence.
  if (checks.length > 0 && !options.only && !host.interrupt.aborted) {
    tell(record(host.cwd, directory, report, { identity, versions, env, region, stack, began }));
  }
  return exitCodeOf(report);
}

function endLines(report: Report, stack: string, { keep }: Options): string[] {
  const later = `to remove it: npm run try-on-aws -- --clean ${stack} --yes`;
  return [
    ...leftLines(report.left),
    ...(report.cleanup ? [`the removal did not finish: ${report.cleanup}`] : []),
    ...(keep || report.cleanup ? [later] : []),
  ];
}
