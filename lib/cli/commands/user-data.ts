import { agentUserDataOf, type UserDataResult } from '../../operations/user-data';
import { command } from '../command';
import { configOption, type TemplateOptions, templateOption } from '../options';
import { orError, respond } from '../respond';
import { templateOf } from '../template';

const views = orError<UserDataResult>({
  json: ({ lines }) => ({ text: `${lines.join('\n')}\n` }),
  lines: ({ lines }) => lines,
});

export const registerUserData = command('user-data <agent>', {
  summary: "print what configures an agent's host, unpacked",
  description:
    "Prints the user data of an agent's host from the synthesised template, with the files that are packed there because they never depend on a setting. What deployment fills in stands as ${…}.",
  options: [configOption(), templateOption()],
  examples: ['airlock user-data scout | less'],
  exitCodes: '0 printed, 1 no such agent or no template.',
  run: async (context, agent: string, options: TemplateOptions) => {
    const file = await templateOf(context, options);
    if (file === undefined) return;
    respond(context, agentUserDataOf(file, agent), views);
  },
});
