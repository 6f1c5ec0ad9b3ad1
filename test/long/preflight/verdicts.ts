import type { AirlockCommand, Check } from './command';

/** What a cell doesn't pass without a drill. */
export const WITHOUT_CONTAINMENT = ['kill-switch'];

/** Has the shape of a credential, and opens nothing. */
export const TOKEN = `${'ghp'}_${'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ'}`;

/** Ids of the checks that don't pass, in the order of the list. */
export async function failed(
  command: AirlockCommand,
  agent = 'scout',
  env: NodeJS.ProcessEnv = {},
): Promise<string[]> {
  return (await failures(command, agent, env)).map(({ id }) => id);
}

/** The one check of scout's that fails besides those that always do. @throws when it isn't one */
export async function fault(command: AirlockCommand): Promise<Check> {
  const found = (await failures(command, 'scout', {})).filter(({ id }) => !WITHOUT_CONTAINMENT.includes(id));
  const [only] = found;
  if (!only || found.length > 1) throw new Error(`not one fault: ${JSON.stringify(found)}`);
  return only;
}

async function failures(command: AirlockCommand, agent: string, env: NodeJS.ProcessEnv): Promise<Check[]> {
  return Object.values(await command.checks(agent, env)).filter(({ result }) => result !== 'pass');
}
