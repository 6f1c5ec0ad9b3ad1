import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';

export type ParsedTemplate =
  | { readonly ok: true; readonly template: unknown }
  | { readonly ok: false; readonly message: string };

/** Template text, JSON or YAML with CloudFormation's short forms (`!Ref`, `!GetAtt A.B` …). Never throws. */
export function parseTemplate(text: string): ParsedTemplate {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (plain.trimStart().startsWith('{')) {
    try {
      return { ok: true, template: JSON.parse(plain) };
    } catch (error) {
      if (!(error instanceof SyntaxError)) return { ok: false, message: 'it is nested too deeply' };
      // YAML's flow style starts with a brace, too.
    }
  }
  if (isNestedTooDeeply(plain)) return { ok: false, message: 'it is nested too deeply' };
  try {
    const document = parseDocument(plain, { logLevel: 'silent', prettyErrors: true });
    const error = document.errors[0];
    if (error !== undefined) return { ok: false, message: messageOf(error) };
    return { ok: true, template: toPlain(document.contents) };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

/** Far deeper than CloudFormation's limit, and far less than exhausts a recursive parser's stack. */
const OPEN_BRACKETS = 200;
const INDICATORS_IN_A_ROW = 50;

/** A rough count before parsing: it includes brackets inside quotes. Deep indentation needs more bytes than a template has. */
function isNestedTooDeeply(text: string): boolean {
  let open = 0;
  let row = 0;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (character === '[' || character === '{') open += 1;
    else if ((character === ']' || character === '}') && open > 0) open -= 1;
    const isSpace = character === ' ' || character === '\t';
    const isIndicator = /[-?:]/.test(character ?? '') && /[ \t]/.test(text[i + 1] ?? '');
    if (isIndicator) row += 1;
    else if (!isSpace) row = 0;
    if (open > OPEN_BRACKETS || row > INDICATORS_IN_A_ROW) return true;
  }
  return false;
}

function toPlain(node: Node | null): unknown {
  if (node === null) return null;
  if (isAlias(node))
    throw new Error('aliases are not allowed in CloudFormation templates: write the value out');
  const value = contents(node);
  const tag = node.tag;
  // YAML's own tags ("tag:yaml.org,2002:str") change nothing here.
  if (tag === undefined || !tag.startsWith('!') || tag === '!') return value;
  const name = tag.slice(1);
  if (name === 'Ref' || name === 'Condition') return { [name]: value };
  if (name === 'GetAtt' && typeof value === 'string') {
    const dot = value.indexOf('.');
    return { 'Fn::GetAtt': dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)] };
  }
  return { [`Fn::${name}`]: value };
}

function contents(node: Node): unknown {
  if (isScalar(node)) return node.value;
  if (isSeq(node)) return node.items.map((item) => toPlain(item as Node | null));
  if (!isMap(node)) return null;
  const object: Record<string, unknown> = Object.create(null);
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
    if (key === undefined) throw new Error('a key must be a text');
    object[key] = toPlain(pair.value as Node | null);
  }
  return object;
}

function messageOf(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return line.includes('call stack') ? 'it is nested too deeply' : line.replace(/:$/, '').slice(0, 200);
}
