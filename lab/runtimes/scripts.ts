/** A script tests its condition five times a second, for at most two minutes. */
const TESTS = 600;

/** Starts the agent as its unit does, waits for the shell condition or the agent's end, runs the commands, stops it. */
export function whileRunning(until: string, commands: string): string {
  return `/opt/agent/run & run=$!
${waiting(until)}
${commands}
kill $run
`;
}

/** Waits while the agent runs until the shell condition holds. */
export function waiting(until: string): string {
  return `tests=0
until ${until} || ! kill -0 $run 2>/dev/null || [ $tests -ge ${TESTS} ]; do sleep 0.2; tests=$((tests + 1)); done`;
}

/** Gives the agent these prompts as jobs and prints its answers, each after a line with its number. */
export function jobs(prompts: readonly string[]): string {
  const names = prompts.map((_, index) => String(index + 1).padStart(2, '0'));
  const written = prompts.map((prompt, index) => `printf %s ${quoted(prompt)} >jobs/${names[index]}.md`);
  const ended = `[ "$(ls jobs | grep -cE '\\.(done|failed)$')" = ${names.length} ]`;
  const printed = names.map((name, index) => answer(index + 1, `cat jobs/${name}.out`));
  return `mkdir -p jobs\n${written.join('\n')}\n${whileRunning(ended, printed.join('\n'))}`;
}

/** Prints the command's output after a line with its number, for `eachAnswer`. */
export function answer(number: number, command: string): string {
  return `echo; echo '== answer ${number}'; ${command}`;
}

/** A prompt that the model's stand-in answers with this tool call. */
export function calling(name: string, input: object | string): string {
  return `tool: ${JSON.stringify({ name, input })}`;
}

export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
