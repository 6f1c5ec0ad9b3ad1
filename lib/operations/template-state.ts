import { configurationDigest } from '../config/digest';
import type { Airlock } from '../config/model';
import type { SynthesisedStack } from './synth/assembly';

export type TemplateState =
  /** Made from this configuration, or by an app that stores no digest. */
  | { readonly reason: 'current'; readonly stack: SynthesisedStack }
  /** Made from another configuration. */
  | { readonly reason: 'stale' }
  | { readonly reason: 'missing' }
  /** Several stacks of other apps. */
  | { readonly reason: 'several' };

/** Finds a configuration's stack among the synthesised ones, and compares the digest that the synth stored. */
export function templateState(stacks: readonly SynthesisedStack[], airlock: Airlock): TemplateState {
  const named = stacks.find(({ name }) => name === airlock.name);
  const stack = named ?? (stacks.length === 1 ? stacks[0] : undefined);
  if (stack === undefined) return { reason: stacks.length === 0 ? 'missing' : 'several' };
  if (stack.digest === undefined) return { reason: 'current', stack };
  return stack.digest === configurationDigest(airlock) ? { reason: 'current', stack } : { reason: 'stale' };
}
