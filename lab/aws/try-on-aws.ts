import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkRegion } from '../../lib/config/values/region';
import type { Check } from './check';
import { CHECKS, only } from './checks';
import { costLines } from './cost';
import { planLines } from './lines';
import { EXIT, type Options, parse } from './options';
import type { Program } from './program';
import { type Host, run, SOFTWARE } from './run';

/** @returns the exit code */
export async function tryOnAws(words: readonly string[], host: Host): Promise<number> {
  const parsed = parse(words);
  if (!parsed.run) {
    host.out(parsed.text);
    return parsed.exitCode;
  }
  const { options } = parsed;
  const env = environment(host.env, options);
  const early = host.program({ cwd: host.cwd, env, signal: host.interrupt, log: () => undefined });
  const region = options.region ?? env.AWS_REGION ?? (await regionOfProfile(early));
  const checks = options.clean ? [] : (options.only && only(options.only)) || CHECKS;
  const problem = obstacle(host, options, region, checks);
  if (problem === undefined) return run(host, { options, env, region, checks });
  host.tell(`error: ${problem}`);
  return EXIT.notStarted;
}

/** Prints the plan and its cost. @returns why the run can not start */
function obstacle(
  { cwd, tell, now }: Host,
  options: Options,
  region: string,
  checks: readonly Check[],
): string | undefined {
  const wrong = region === '' ? { message: 'is no region', fix: 'pass --region' } : checkRegion(region);
  if (wrong) return `--region: "${region}" ${wrong.message}: ${wrong.fix}`;
  if (!options.clean) {
    tell(`in ${region}, in this order:`);
    for (const line of [...planLines(checks), ...costLines(options.minutes, now())]) tell(line);
    if (!existsSync(join(cwd, SOFTWARE))) {
      return `${SOFTWARE} pins no iron-proxy, so no request would pass: run npx airlock software pin --key KEY.asc`;
    }
  }
  return options.yes ? undefined : 'nothing was started: add --yes to start';
}

/** Credentials in the environment have precedence over a profile: remove them. */
function environment(env: NodeJS.ProcessEnv, { profile }: Options): NodeJS.ProcessEnv {
  if (profile === undefined) return env;
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_SESSION_TOKEN: ___, ...rest } = env;
  return { ...rest, AWS_PROFILE: profile };
}

async function regionOfProfile(program: Program): Promise<string> {
  const said = await program('aws', ['configure', 'get', 'region']).catch(() => undefined);
  return said?.stdout.trim() ?? '';
}
