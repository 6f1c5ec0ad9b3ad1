/** Commands that know a stack by its configuration alone. */
const BY_CONFIGURATION = /^airlock (?:baseline|review|secrets)\b/;

/** The stack that a mail is about. */
export interface Where {
  readonly stack: string;
  readonly region: string;
}

/** A command to paste that finds this stack and no other. */
export function commandIn(command: string, { stack, region }: Where): string {
  return BY_CONFIGURATION.test(command)
    ? `npx ${command} --region ${region} (in the project of the stack ${stack})`
    : `npx ${command} --stack ${stack} --region ${region}`;
}
