import { fieldOf, listOf } from '../json';
import { asciiJson, type FollowedLog, type Framed, wholeLines } from './follow';
import type { Paths } from './paths';

export const LINE_LIMIT = 8192;

/**
 * iron-proxy's own log is testimony: it may hold bytes of the agent's. Each of its lines becomes a text within a line of
 * ours, which no bytes can leave.
 */
export const testimony = ({ auditLog, testimony: to, testimonyState }: Paths): FollowedLog => ({
  name: 'iron-proxy',
  from: auditLog,
  to,
  state: testimonyState,
  dayLimit: 64 << 20,
  mark: '\n',
  frame,
});

function frame(chunk: Buffer, now: number): Framed {
  const { lines, used } = wholeLines(chunk);
  const disagreements = lines.flatMap(disagreement);
  const detail = `${disagreements.length} requests, such as ${disagreements[0]}`;
  return {
    lines: lines.map((text) =>
      framedLine({ testimony: 'iron-proxy', time: new Date(now).toISOString() }, redacted(text)),
    ),
    used,
    ...(disagreements.length > 0 && { error: ['iron-proxy refused what the gate had allowed', detail] }),
  };
}

/** Without path and query of the addresses in it: a failed request's error may quote one with a secret. */
export function redacted(text: string): string {
  return text.replace(/(https?:\/\/[^/?#\s"\\]{0,260})[/?#][^\s"\\]*/gi, '$1/...');
}

/** Cut so that it, too, has a bounded length once its characters are escaped. */
export function framedLine(fields: object, text: string): string {
  for (let kept = Math.min(text.length, LINE_LIMIT); ; kept = Math.floor(kept * 0.8)) {
    const cut = kept < text.length ? { characters: text.length } : {};
    const line = asciiJson({ ...fields, ...cut, line: text.slice(0, kept) });
    if (line.length < LINE_LIMIT) return line;
  }
}

/** The records of requests that the gate allowed and iron-proxy's allowlist refused. */
function disagreement(text: string): string[] {
  if (!text.includes('"rejected_by":"allowlist"')) return [];
  try {
    const line: unknown = JSON.parse(text);
    const [first] = listOf(fieldOf(line, 'request_transforms'));
    const passed = fieldOf(first, 'name') === 'gate' && fieldOf(first, 'action') === 'allow';
    return passed ? [String(fieldOf(first, 'annotations', 'record'))] : [];
  } catch {
    return [];
  }
}
