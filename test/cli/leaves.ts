import type { Command } from 'commander';

/** Every command that does something, by its words on the command line. */
export function leaves(
  command: Command,
  words: readonly string[] = [],
): [words: string[], command: Command][] {
  if (command.commands.length === 0) return [[[...words], command]];
  const visible = command.createHelp().visibleCommands(command);
  return visible
    .filter((each) => each.name() !== 'help')
    .flatMap((each) => leaves(each, [...words, each.name()]));
}
