import { createInterface } from 'node:readline';

/** A request to a program in a namespace, and its answer: one JSON object a line, matched by `id`. */
export interface Ask {
  readonly id: number;
  readonly do: string;
  readonly [more: string]: unknown;
}

type Action = (ask: Ask) => Promise<object> | object;

/**
 * Reads a role from the first line of stdin, sets up, prints `ready`, and answers requests until stdin ends. A request
 * that fails is answered as broken; the others continue.
 */
export async function serveLines<Role>(
  setUp: (
    role: Role,
  ) => Promise<{ readonly ready: object; readonly actions: Readonly<Record<string, Action>> }>,
): Promise<void> {
  const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
  let actions: Readonly<Record<string, Action>> | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    if (actions === undefined) {
      const done = await setUp(JSON.parse(line));
      actions = done.actions;
      say({ ready: 'yes', ...done.ready });
      continue;
    }
    void answer(actions, JSON.parse(line)).then(say);
  }
  process.exit(0);
}

async function answer(actions: Readonly<Record<string, Action>>, ask: Ask): Promise<object> {
  try {
    const action = actions[ask.do];
    if (action === undefined) throw new Error(`unknown request "${ask.do}"`);
    return { id: ask.id, ...(await action(ask)) };
  } catch (error) {
    return { id: ask.id, broken: error instanceof Error ? error.message : String(error) };
  }
}
