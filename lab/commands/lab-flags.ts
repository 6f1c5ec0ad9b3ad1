import type { Context } from '../../lib/cli/context';
import { fromHere, type TemplateOptions } from '../../lib/cli/options';
import { fail } from '../../lib/cli/respond';
import { templateOf } from '../../lib/cli/template';
import { type Evidence, evidenceProblem } from '../host/evidence';
import type { DoorProgramOptions } from '../proxy/run/door-program';

/** What `airlock lab` and `airlock rehearse` can be told alike. */
export interface LabFlags extends TemplateOptions {
  readonly ironProxy?: string;
  readonly ironProxyKey?: string;
  readonly standIn?: boolean;
  readonly junit?: string;
  readonly report?: string;
}

interface Readied {
  /** Path. */
  readonly template: string;
  readonly evidence: Evidence;
  readonly door: Omit<DoorProgramOptions, 'scratch'>;
}

/** Paths as seen from the terminal, once the evidence could be written; undefined: what is wrong has been said. */
export async function readied(context: Context, options: LabFlags): Promise<Readied | undefined> {
  const path = (file: string | undefined) => (file === undefined ? undefined : fromHere(context, file));
  const evidence = { junit: path(options.junit), report: path(options.report) };
  const problem = evidenceProblem(evidence);
  if (problem !== undefined) {
    fail(context, problem);
    return undefined;
  }
  const template = await templateOf(context, options);
  if (template === undefined) return undefined;
  const { env } = context.terminal;
  const program = { ironProxy: path(options.ironProxy), keyFile: path(options.ironProxyKey) };
  return { template, evidence, door: { ...program, standIn: options.standIn, path: env.PATH ?? '', env } };
}
