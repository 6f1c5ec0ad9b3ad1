import { relative } from 'node:path';
import { OUTPUT, stacksIn } from '../operations/synth/assembly';
import type { Context } from './context';
import { fromHere } from './options';
import { printable } from './printable';
import { fail } from './respond';

/** The one template in cdk.out; says on stderr which it is and how old. */
export function lastTemplate(context: Context, json: boolean | undefined): string | undefined {
  const { terminal, colours } = context;
  const stacks = stacksIn(fromHere(context, OUTPUT));
  const [stack] = stacks;
  if (!stack) {
    fail(context, json, `no template in ${OUTPUT}: run 'npm run synth' first, or name one with --template`);
    return undefined;
  }
  if (stacks.length > 1) {
    const files = stacks.map(({ file }) => relative(terminal.cwd, file)).join(', ');
    fail(context, json, `${OUTPUT} holds several stacks: name one of ${files} with --template`);
    return undefined;
  }
  const seconds = Math.max(0, (terminal.now().getTime() - stack.modified.getTime()) / 1000);
  const shown = printable(relative(terminal.cwd, stack.file));
  terminal.stderr(`${colours.dim(`${shown}, synthesised ${age(seconds)} ago`)}\n`);
  return stack.file;
}

const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** The biggest unit that fits: `3 minutes`. */
export function age(seconds: number): string {
  const [size, name] = UNITS.find(([unit]) => seconds >= unit) ?? [1, 'second'];
  const number = Math.floor(seconds / size);
  return `${number} ${name}${number === 1 ? '' : 's'}`;
}
