/** What the page asked for, as it came. */
export type Asked = Readonly<Record<string, unknown>>;

export type CommandLine =
  | { readonly ok: true; readonly argv: readonly string[] }
  | { readonly ok: false; readonly message: string };

const AGENT = /^[a-z][a-z0-9-]{0,40}$/;
const RULE = /^[a-z0-9][a-z0-9/-]{0,130}$/;

/**
 * What the page may run, as a command line of airlock. No value of the page's can be an option: names have no leading dash, and
 * texts stand behind an equals sign.
 */
export function commandOf(what: string, asked: Asked): CommandLine {
  const agent = text(asked.agent);
  if (what === 'status') return { ok: true, argv: ['status'] };
  if (!AGENT.test(agent)) return refused('no such agent');
  if (what === 'audit') return { ok: true, argv: ['audit', agent, '--since=15m'] };
  if (what === 'grants') return { ok: true, argv: ['grants', agent] };
  if (what === 'learn') return { ok: true, argv: ['learn', agent, '--since=1h'] };
  if (what === 'contain') {
    if (asked.confirm !== agent) return refused("the agent's name must be typed to confirm");
    return { ok: true, argv: ['contain', agent] };
  }
  const rule = text(asked.rule);
  if (!RULE.test(rule)) return refused('no such rule');
  if (what === 'revoke') return { ok: true, argv: ['revoke', agent, rule] };
  if (what === 'grant') {
    const { minutes } = asked;
    if (!Number.isInteger(minutes) || Number(minutes) < 1 || Number(minutes) > 480)
      return refused('a grant lasts 1 to 480 minutes');
    return {
      ok: true,
      argv: ['grant', agent, rule, `--for=${minutes}m`, `--because=${text(asked.because)}`],
    };
  }
  return refused('no such command');
}

/** Those that change nothing may be asked for again and again. */
export function changesSomething(what: string): boolean {
  return ['grant', 'revoke', 'contain'].includes(what);
}

function refused(message: string): CommandLine {
  return { ok: false, message };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 1_000) : '';
}
