/** How often a script looks for what it waits for: five times a second, for at most two minutes. */
const LOOKS = 600;

/** Starts the agent as its unit does, waits until the shell condition holds or it ends, runs the commands and stops it. */
export function whileRunning(until: string, commands: string): string {
  return `/opt/agent/run & run=$!
${waiting(until)}
${commands}
kill $run
`;
}

/** Waits, while the agent runs, until the shell condition holds or it ends. */
export function waiting(until: string): string {
  return `looks=0
until ${until} || ! kill -0 $run 2>/dev/null || [ $looks -ge ${LOOKS} ]; do sleep 0.2; looks=$((looks + 1)); done`;
}

/** Gives the agent these prompts as jobs and prints its answers, each after a line with its number. */
export function jobs(prompts: readonly string[]): string {
  const names = prompts.map((_, index) => String(index + 1).padStart(2, '0'));
  const written = prompts.map((prompt, index) => `printf %s ${quoted(prompt)} >jobs/${names[index]}.md`);
  const ended = `[ "$(ls jobs | grep -cE '\\.(done|failed)$')" = ${names.length} ]`;
  const printed = names.map((name, index) => answer(index + 1, `cat jobs/${name}.out`));
  return `mkdir -p jobs\n${written.join('\n')}\n${whileRunning(ended, printed.join('\n'))}`;
}

/** Has the command print one of the answers that `eachAnswer` judges: after a line with its number. */
export function answer(number: number, command: string): string {
  return `echo; echo '== answer ${number}'; ${command}`;
}

/** A prompt on which the stand-in for the model answers with this tool call. */
export function calling(name: string, input: object | string): string {
  return `tool: ${JSON.stringify({ name, input })}`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
