import type { Stack } from 'aws-cdk-lib';

/** How the guardrails of a stack are switched off. */
export interface GuardrailsOff {
  /** Why this stack may break the invariants, in 10 to 500 characters. Each synth and its report repeat it. */
  readonly off: string;
}

/** Type of the metadata on a stack that says why its guardrails are off. */
const OFF = 'airlock:guardrails-off';

/** @throws when there is no reason of 10 to 500 characters */
export function optOut(stack: Stack, { off }: GuardrailsOff): void {
  const reason = String(off ?? '').trim();
  if (reason.length < 10 || reason.length > 500) {
    throw new Error(
      `guardrails.off: ${JSON.stringify(off)} must be a reason of 10 to 500 characters: ` +
        'say why this stack may break the invariants, or leave guardrails out',
    );
  }
  stack.node.addMetadata(OFF, reason);
}

/** Why the guardrails of a stack are off; undefined when they are on. */
export function whyOff(stack: Stack): string | undefined {
  return stack.node.metadata.find(({ type }) => type === OFF)?.data;
}
