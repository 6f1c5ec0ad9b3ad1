import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Problem } from '../config/model';
import { check } from './check';
import { forgetEarlierRun, OUTPUT } from './synth/assembly';
import { findCdk, runCdkSynth, type Surroundings } from './synth/cdk';
import { type Summary, summarise } from './synth/summary';

export type SynthResult =
  /** The stack stands in `cdk.out`; what is left to say about it is in the summary. */
  | { readonly reason: 'synthesised'; readonly summary: Summary }
  /** The configuration is wrong: no template was written. */
  | { readonly reason: 'unsound'; readonly problems: readonly Problem[] }
  /** The CDK refused: a rule pack's finding, or a construct's error. Its own words are in `output`. */
  | { readonly reason: 'refused'; readonly output: string; readonly summary?: Summary }
  /** The CDK said that it was done, but what it left behind can't be read. */
  | { readonly reason: 'unreadable'; readonly message: string }
  /** The working directory has no `cdk.json`, so there is no app to synthesise. */
  | { readonly reason: 'no-project' }
  | { readonly reason: 'no-cdk' };

/**
 * Builds the stack from a configuration directory and reads back what was built. Needs no AWS account and contacts
 * none.
 * @param config the directory as the user wrote it
 * @param now for the age of what is dated
 */
export async function synth(config: string, from: Surroundings, now: Date): Promise<SynthResult> {
  const output = resolve(from.cwd, OUTPUT);
  forgetEarlierRun(output);
  const checked = check(resolve(from.cwd, config), now);
  if (checked.reason === 'unsound') return checked;
  if (!existsSync(resolve(from.cwd, 'cdk.json'))) return { reason: 'no-project' };
  const cli = findCdk(from.cwd);
  if (!cli) return { reason: 'no-cdk' };
  const run = await runCdkSynth(cli, config, OUTPUT, from);
  const read = summarise(checked.airlock, checked.warnings, config, output);
  if (run.exitCode !== 0) {
    return { reason: 'refused', output: run.output, ...(read.ok && { summary: read.summary }) };
  }
  return read.ok
    ? { reason: 'synthesised', summary: read.summary }
    : { reason: 'unreadable', message: read.message };
}
