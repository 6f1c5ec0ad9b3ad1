import type { Command } from 'commander';
import type { Context } from '../context';
import { fail } from '../respond';

/** Stands for a command of the lab in an installed package, which has no lab, and says how to get it. */
export function registerCheckoutOnly(name: string) {
  return (program: Command, context: Context): void => {
    program
      .command(name)
      .summary('only in a checkout of the kit (Linux, root)')
      .description(`Works only in a checkout of the kit: clone its repository, and run 'npm ci' there.`)
      .allowUnknownOption()
      .argument('[arguments...]')
      .action(() =>
        fail(
          context,
          `${name} is not in the installed package: clone the kit's repository, run 'npm ci' there, then 'npx airlock ${name} --config PATH', with the path of your config directory`,
        ),
      );
  };
}
