import type { Mode } from '../config/values/signals';
import { CATALOGUE } from './catalogue';
import { commandIn, type Where } from './command';
import type { Seen } from './seen';
import { unlinked } from './words';

/** What people are told. Amazon SNS takes a subject of at most 100 ASCII characters. */
export function messageFor(where: Where, mode: Mode, { signal, agent, at, again, saw }: Seen) {
  const { stack } = where;
  const { title, command } = CATALOGUE[signal];
  const who = agent ?? stack;
  const printable = unlinked(saw.slice(0, 2000).replace(/[^\x20-\x7e]/g, '?'));
  const more = again === undefined ? '' : `\nThis is the end of an hour: it was raised ${again} times more.`;
  const lines = [
    `${who} ${title}.${more}`,
    '',
    `What was seen: ${printable}`,
    `When: ${new Date(at).toISOString()}`,
    `Look: ${commandIn(command.replace(' AGENT', agent === undefined ? '' : ` ${agent}`), where)}`,
    `What it means and what to do: docs/RUNBOOKS.md, section ${signal}`,
    ...(mode === 'contain'
      ? ['The agent is being contained: another message says whether it is cut off.']
      : []),
    `Mode: ${mode} (watch.signals.${signal} in the agent's file)`,
  ];
  const about = agent === undefined ? [stack, signal] : [stack, agent, signal];
  return { subject: about.join(': ').slice(0, 100), message: lines.join('\n') };
}
