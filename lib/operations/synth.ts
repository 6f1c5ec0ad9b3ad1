import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Problem } from '../config/model';
import { check } from './check';
import { forgetEarlierRun, OUTPUT } from './synth/assembly';
import { findCdk, runCdkSynth, type Surroundings } from './synth/cdk';
import { type Summary, summarise } from './synth/summary';

export type SynthResult =
  /** The stack is in `cdk.out`. */
  | { readonly reason: 'synthesised'; readonly summary: Summary }
  /** The configuration is wrong: no template was written. */
  | { readonly reason: 'unsound'; readonly problems: readonly Problem[] }
  /** The CDK refused the stack: `output` holds what it printed. */
  | { readonly reason: 'refused'; readonly output: string; readonly summary?: Summary }
  /** The CDK succeeded, but its output can't be read. */
  | { readonly reason: 'unreadable'; readonly message: string }
  /** The working directory has no `cdk.json`, so there is no app to synthesise. */
  | { readonly reason: 'no-project' }
  | { readonly reason: 'no-cdk' };

/**
 * Builds the stack from a configuration directory and reads the result. Contacts no AWS account.
 * @param config the directory as the user wrote it
 * @param now to tell the age of images and prices
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
