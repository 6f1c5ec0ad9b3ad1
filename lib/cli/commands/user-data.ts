import type { Command } from 'commander';
import { agentUserDataOf, type UserDataResult } from '../../operations/user-data';
import type { Context } from '../context';
import { configOption, type TemplateOptions, templateOption } from '../options';
import { orError, respond } from '../respond';
import { templateOf } from '../template';

const views = orError<UserDataResult>({
  json: ({ lines }) => ({ text: `${lines.join('\n')}\n` }),
  lines: ({ lines }) => lines,
});

export function registerUserData(program: Command, context: Context): void {
  program
    .command('user-data <agent>')
    .summary("print what configures an agent's host, unpacked")
    .description(
      "Prints the user data of an agent's host from the synthesised template, with the files that are packed there because they never depend on a setting. What deployment fills in stands as ${…}.",
    )
    .addOption(configOption())
    .addOption(templateOption())
    .addHelpText(
      'after',
      `
Examples:
  $ airlock user-data scout | less

Exit codes: 0 printed, 1 no such agent or no template.`,
    )
    .action(async (agent: string, options: TemplateOptions) => {
      const file = await templateOf(context, options);
      if (file === undefined) return;
      respond(context, agentUserDataOf(file, agent), views);
    });
}
