/**
 * Errors of this provider end in CloudFormation's events, which many may read. AWS's own messages can repeat the
 * value they complain about, so none is passed on: only an error's name, and of a denial the action and resource.
 */

/** Its message is written here, holds no value of any parameter, and says what to do. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

const REMEDIES: Readonly<Record<string, string>> = {
  AbortError: 'time ran out: deploy again, what was done is kept',
  InvalidKeyId: "the agent's key is disabled, pending deletion or gone: restore it, then deploy again",
  ParameterLimitExceeded: 'the Region is out of parameters: delete unused ones or raise the quota',
  ParameterMaxVersionLimitExceeded: 'its oldest version carries a label: remove the label, then deploy again',
  ThrottlingException: 'too many calls at once: deploy again',
  TooManyUpdates: 'something else is writing it: deploy again',
};

/** Turns a failed call into a Refusal that names the call and the remedy, and quotes nothing. */
export function refusalOf(action: string, subject: string, error: unknown): Refusal {
  const name = nameOf(error);
  const denial = deniedAction(error);
  const remedy = denial
    ? `the provider's role may not ${denial}: deploy the kit's own role and key policy unchanged`
    : (REMEDIES[name] ?? 'see the error, then deploy again');
  return new Refusal(`${action} of "${subject}" failed with ${name}: ${remedy}`);
}

/** What may be shown of any error at all. */
export function explain(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  return `the provider failed with ${nameOf(error)}: see its log, then deploy again`;
}

/** The stack without its first lines: those repeat the message. */
export function framesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 10);
}

export function nameOf(error: unknown): string {
  const name = error instanceof Error ? error.name : typeof error;
  return /^[A-Za-z][A-Za-z0-9_.]{0,80}$/.test(name) ? name : 'an unnamed error';
}

export function isDenial(error: unknown): boolean {
  return /AccessDenied|Unauthorized/.test(nameOf(error));
}

/** Such as `kms:Encrypt on arn:…`; taken out of AWS's sentence because a call to SSM may be denied by KMS. */
function deniedAction(error: unknown): string | undefined {
  if (!isDenial(error)) return undefined;
  const message = error instanceof Error ? error.message : '';
  const action = /\bto perform: ([a-z0-9-]{2,20}:[A-Za-z]{3,50})\b/.exec(message)?.[1];
  const resource = /\bon resource: (arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:\d*:[A-Za-z0-9/_.:-]{1,300})/.exec(
    message,
  )?.[1];
  return [action ?? 'make this call', resource].filter(Boolean).join(' on ');
}
