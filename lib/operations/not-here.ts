/** What to do when something of a stack isn't where a command looked. */
export function notHere(region: string): string {
  return `deploy the stack, or name its Region with --region (this is ${region}) and its account with --profile`;
}

export function noMachines(stack: string, region: string): string {
  return `the stack "${stack}" has no machine: ${notHere(region)}`;
}
