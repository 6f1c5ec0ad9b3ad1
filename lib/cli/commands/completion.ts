import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { checkAgentName } from '../../config/values/names';
import { command, type Register } from '../command';
import { configOf } from '../options';
import { printJson } from '../respond';

/** Each asks the hidden command `complete` what may stand where the cursor is; nothing that it answers is run or expanded. */
const SCRIPTS: Readonly<Record<string, string>> = {
  bash: `_airlock() {
  mapfile -t COMPREPLY < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _airlock airlock
`,
  zsh: `#compdef airlock
_airlock() {
  local -a found
  found=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -a found; else _files; fi
}
compdef _airlock airlock
`,
  fish: `function __airlock_complete
  set -l words (commandline -opc) (commandline -ct)
  command $words[1] complete -- $words[2..-1] 2>/dev/null
end
complete -c airlock -a '(__airlock_complete)'
`,
};

/**
 * What may stand in place of the last word, after the ones before it: commands, options, choices of an argument, agents.
 * Pure: it reads the program as Commander knows it.
 */
export function candidates(
  program: Command,
  words: readonly string[],
  agents: () => readonly string[],
): string[] {
  const [current = '', ...before] = [...words].reverse();
  let command = program;
  const values: string[] = [];
  let pending: string | undefined;
  for (const word of before.reverse()) {
    const option = command.options.find(({ long, short }) => word === long || word === short);
    const next = command.commands.find((each) => each.name() === word);
    if (pending !== undefined) pending = undefined;
    else if (option) pending = option.required || option.optional ? option.long : undefined;
    else if (next && values.length === 0) command = next;
    else if (!word.startsWith('-')) values.push(word);
  }
  if (pending !== undefined) return [];
  const argument: Argument | undefined = command.registeredArguments[values.length];
  const found = current.startsWith('-')
    ? command.options.flatMap(({ long, hidden }) => (long && !hidden ? [long] : []))
    : [
        ...command
          .createHelp()
          .visibleCommands(command)
          .map((each) => each.name()),
        ...(argument?.argChoices ??
          (argument?.name() === 'agent' && command.name() !== 'init' ? agents() : [])),
      ];
  return [...new Set(found)].filter((word) => word.startsWith(current)).sort();
}

/** Names of agent files, without reading them. A file whose name no agent can have is left out. */
function agentNames(directory: string): string[] {
  try {
    return readdirSync(join(directory, 'agents'))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.slice(0, -'.yaml'.length))
      .filter((name) => checkAgentName(name) === undefined);
  } catch {
    return [];
  }
}

export const registerCompletion = command('completion', {
  summary: 'print a script that completes commands, options and agents in your shell',
  description:
    'Prints the completion script of a shell. It asks the program at each use, so it never grows old.',
  argument: new Argument('<shell>', 'the shell').choices(Object.keys(SCRIPTS)),
  options: [],
  examples: [
    'source <(airlock completion bash)',
    'airlock completion zsh > "${fpath[1]}/_airlock"',
    'airlock completion fish > ~/.config/fish/completions/airlock.fish',
  ],
  exitCodes: '0 printed, 1 no such shell.',
  run: (context, shell: string) => {
    const script = SCRIPTS[shell] ?? '';
    if (context.json) printJson(context, { shell, script });
    else context.terminal.stdout(script);
  },
});

/** What the scripts ask. */
export const registerComplete: Register = (program, context) => {
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action((words: readonly string[]) => {
      const found = candidates(program, words, () => agentNames(configOf(context, {})));
      if (found.length > 0) context.terminal.stdout(`${found.join('\n')}\n`);
    });
};
