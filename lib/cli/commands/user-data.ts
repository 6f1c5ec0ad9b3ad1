import type { Command } from 'commander';
import { agentUserDataOf, type UserDataResult } from '../../operations/user-data';
import { type Context, EXIT } from '../context';
import { configOption, type TemplateOptions, templateOption } from '../options';
import { respond, type Views } from '../respond';
import { templateOf } from '../template';

type Lines = Exclude<UserDataResult, { reason: 'found' }> | { reason: 'found'; lines: readonly string[] };

const views: Views<Lines> = {
  json: (result) => (result.reason === 'found' ? { text: `${result.lines.join('\n')}\n` } : result),
  lines: (result, { colours }) => {
    switch (result.reason) {
      case 'found':
        return result.lines;
      case 'absent':
        return [
          `${colours.red('error:')} the template has no host of that agent: it has ${result.agents.join(', ') || 'none'}`,
        ];
      case 'unreadable':
        return [`${colours.red('error:')} ${result.message}`];
    }
  },
  exitCode: ({ reason }) => (reason === 'found' ? EXIT.ok : EXIT.problem),
  failed: ({ reason }) => reason !== 'found',
};

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
      const result = agentUserDataOf(file, agent);
      const shown =
        result.reason === 'found'
          ? { reason: result.reason, lines: result.text.trimEnd().split('\n') }
          : result;
      respond(context, shown, views);
    });
}
