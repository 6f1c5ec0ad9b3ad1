import { join } from 'node:path';
import type { Command } from 'commander';
import { packageRoot } from '../../constructs/package-root';
import type { Context } from '../../lib/cli/context';
import { configOption, fromHere, type TemplateOptions, templateOption } from '../../lib/cli/options';
import { fail } from '../../lib/cli/respond';
import { templateOf } from '../../lib/cli/template';
import { type Evidence, evidenceProblem } from '../host/evidence';
import type { ProxyProgramOptions } from '../proxy/run/proxy-program';

/** Options that `airlock lab` and `airlock rehearse` share. */
export interface LabFlags extends TemplateOptions {
  readonly ironProxy?: string;
  readonly ironProxyKey?: string;
  readonly standIn?: boolean;
  readonly junit?: string;
  readonly report?: string;
  readonly evidence?: string;
}

export function withLabFlags(command: Command): Command {
  return command
    .addOption(configOption())
    .addOption(templateOption())
    .option(
      '--iron-proxy <file>',
      'iron-proxy for the proxy boxes (default: the one on the search path, else built by Go)',
    )
    .option(
      '--iron-proxy-key <file>',
      'download iron-proxy, and verify it with this public key of its releases',
    )
    .option('--stand-in', "run the kit's own stand-in instead of iron-proxy")
    .option('--junit <file>', 'write the verdicts for a build server')
    .option('--report <file>', 'write a Markdown report')
    .option(
      '--evidence <file>',
      "run the kit's own test configuration; write what was seen, and digests of what it rests on",
    );
}

interface Readied {
  /** Path. */
  readonly template: string;
  readonly evidence: Evidence;
  readonly program: Omit<ProxyProgramOptions, 'scratch'>;
}

/**
 * @param options `part`: only a part is run
 * @returns paths as seen from the terminal; undefined when something is wrong, of which the user has been told
 */
export async function readied(
  context: Context,
  options: LabFlags & { readonly part?: boolean },
): Promise<Readied | undefined> {
  const path = (file: string | undefined) => (file === undefined ? undefined : fromHere(context, file));
  const evidence = {
    junit: path(options.junit),
    report: path(options.report),
    evidence: path(options.evidence),
  };
  const chosen = options.template !== undefined || options.config !== undefined || options.part === true;
  const problem =
    options.evidence !== undefined && chosen
      ? '--evidence is of a whole run on the test configuration of the kit: leave the options out that choose another or a part'
      : evidenceProblem(evidence);
  if (problem !== undefined) {
    fail(context, problem);
    return undefined;
  }
  const kit = join(packageRoot(), 'test', 'fixtures', 'kit');
  const template = await templateOf(
    context,
    options.evidence === undefined ? options : { ...options, config: kit },
  );
  if (template === undefined) return undefined;
  const { env } = context.terminal;
  const { standIn } = options;
  const program = { ironProxy: path(options.ironProxy), keyFile: path(options.ironProxyKey), standIn };
  return { template, evidence, program: { ...program, path: env.PATH ?? '', env } };
}
