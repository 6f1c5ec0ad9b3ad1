import type { Command } from 'commander';
import type { DoorProgramOptions } from '../operations/lab/doors/door-program';
import { type Evidence, evidenceProblem } from '../operations/lab/evidence';
import type { Context } from './context';
import { fromHere } from './options';
import { fail } from './respond';
import { templateOf } from './template';

/** What `airlock lab` and `airlock rehearse` can be told alike. */
export interface LabFlags {
  readonly config: string;
  readonly template?: string;
  readonly ironProxy?: string;
  readonly ironProxyKey?: string;
  readonly standIn?: boolean;
  readonly json?: string;
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
export async function readied(
  context: Context,
  options: LabFlags,
  command: Command,
): Promise<Readied | undefined> {
  const path = (file: string | undefined) => (file === undefined ? undefined : fromHere(context, file));
  const evidence = { json: path(options.json), junit: path(options.junit), report: path(options.report) };
  const problem = evidenceProblem(evidence);
  if (problem !== undefined) {
    fail(context, false, problem);
    return undefined;
  }
  const explicit = command.getOptionValueSource('config') !== 'default';
  const template = path(options.template) ?? (await templateOf(context, options.config, explicit));
  if (template === undefined) return undefined;
  const { env } = context.terminal;
  const program = { ironProxy: path(options.ironProxy), keyFile: path(options.ironProxyKey) };
  return { template, evidence, door: { ...program, standIn: options.standIn, path: env.PATH ?? '', env } };
}
