import { type Finding, shaped } from '../finding';

/** Part of a formatter: literal text, the secret's value, or the base64 of such parts. */
export type FormatterPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value' }
  | { readonly kind: 'base64'; readonly parts: readonly FormatterPart[] };

export type ParsedFormatter =
  | { readonly ok: true; readonly parts: readonly FormatterPart[] }
  | { readonly ok: false; readonly finding: Finding };

const EXAMPLES = 'write text and {{ .Value }}, {{ base64 .Value }} or {{ base64 "user:" .Value }}';

/**
 * Parses the subset of Go's text/template that formatters need. Every formatter that it accepts means the same in
 * iron-proxy.
 */
export function parseFormatter(text: string): ParsedFormatter {
  const refuse = (message: string, fix = EXAMPLES): ParsedFormatter => ({
    ok: false,
    finding: { message, fix },
  });
  if (/[^\x20-\x7e]/.test(text)) {
    return refuse(
      'has a line break or a character outside printable ASCII',
      'remove it: headers are one line of ASCII',
    );
  }
  if (text.length > 256) {
    return refuse('is longer than 256 characters', 'write a shorter one');
  }
  const parts: FormatterPart[] = [];
  for (let rest = text; rest !== ''; ) {
    const [, before = '', action, after] = /^(.*?)(?:\{\{(.*?)\}\}(.*))?$/.exec(rest) ?? [];
    const literal = action === undefined ? rest : before;
    if (/\{\{|\}\}/.test(literal)) {
      return refuse('has "{{" or "}}" without its partner');
    }
    if (literal !== '') {
      parts.push({ kind: 'text', text: literal });
    }
    if (action !== undefined) {
      const part = parseAction(action);
      if (!part) {
        return refuse('has an action other than .Value and base64');
      }
      parts.push(part);
    }
    rest = after ?? '';
  }
  return parts.some(usesValue)
    ? { ok: true, parts }
    : refuse('never uses .Value, so the secret would not be sent');
}

export const checkFormatter = shaped(/\{\{.*\.Value.*\}\}/, (text) => {
  const parsed = parseFormatter(text);
  return parsed.ok ? undefined : parsed.finding;
});

/** The text a secret's value becomes. */
export function renderFormatter(parts: readonly FormatterPart[], value: string): string {
  return parts.map((part) => renderPart(part, value)).join('');
}

function renderPart(part: FormatterPart, value: string): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'value':
      return value;
    case 'base64':
      return Buffer.from(renderFormatter(part.parts, value)).toString('base64');
  }
}

function usesValue(part: FormatterPart): boolean {
  return part.kind === 'value' || (part.kind === 'base64' && part.parts.some(usesValue));
}

function parseAction(action: string): FormatterPart | undefined {
  const inner = action.trim();
  if (inner === '.Value') {
    return { kind: 'value' };
  }
  const call = /^base64((?: +(?:\.Value|"[^"\\{}]*"))+)$/.exec(inner)?.[1];
  const words = call?.match(/\.Value|"[^"]*"/g);
  return words ? { kind: 'base64', parts: words.map(word) } : undefined;
}

function word(text: string): FormatterPart {
  return text === '.Value' ? { kind: 'value' } : { kind: 'text', text: text.slice(1, -1) };
}
