import { createHash } from 'node:crypto';
import { withPacked } from '../../../constructs/agent-host/boot/packed-files';
import type { Template, TemplateResource } from '../synth/assembly';

type Resource = TemplateResource & { readonly DependsOn?: string | string[]; readonly Metadata?: unknown };

const DIGEST = /\b[0-9a-f]{64}\b/g;
const AGENT = /airlock:agent=(\S+)/;
/** Longest line of values side by side. */
const WIDTH = 180;

/**
 * A template as a reviewer reads it: a resource a line or a paragraph, references as `${LogicalId.Attribute}`, long
 * texts line by line, each packed file as one line. Nothing in it changes with a build: digests of assets and policies are
 * `<digest>`. Of the user data of a second machine of a kind only those lines are shown that the first one's doesn't have,
 * and what differs from another agent's in the agent's name alone is one line.
 */
export function reviewText(template: Template): string {
  const seen = new Map<string, Set<string>>();
  const alike = likeAnother(template);
  const resources = Object.entries(template.Resources ?? {})
    .filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata')
    .map(([id, resource]) => alike(id, renderResource(id, resource, seen)));
  const outputs = Object.entries(template.Outputs ?? {}).map(([id, output]) =>
    block(`Output ${id}`, output, 0),
  );
  return `${[...resources, ...outputs].join('\n')}\n`.replace(DIGEST, '<digest>');
}

/** Answers a resource's text, or one line if an earlier one has the same text for another agent. */
function likeAnother({ Resources = {} }: Template): (id: string, text: string) => string {
  const agents = new Set(
    Object.values(Resources).flatMap(
      ({ Properties }) => tags(Properties?.Tags ?? []).match(AGENT)?.[1] ?? [],
    ),
  );
  const first = new Map<string, string>();
  return (id, text) => {
    const agent = [...agents].find((name) => id.startsWith(name.replaceAll('-', '')));
    if (agent === undefined) return text;
    const shape = text
      .replace(id, short(id))
      .replaceAll(agent, '<agent>')
      .replaceAll(agent.replaceAll('-', ''), '<agent>');
    const other = first.get(shape);
    if (other === undefined) first.set(shape, id);
    return other === undefined ? text : `${text.replace(/\n[\s\S]*/, '')}, as ${short(other)}`;
  };
}

/** A logical id without the digest of its path, which only its own resource shows. */
function short(id: string): string {
  return id.replace(/(?<=[a-z0-9])[0-9A-F]{8}$/, '');
}

function renderResource(id: string, resource: Resource, seen: Map<string, Set<string>>): string {
  const { Type, Properties = {}, Metadata: _, ...others } = resource;
  const { Tags, UserData, ...properties } = Properties;
  const values = {
    ...(Tags === undefined ? {} : { Tags: tags(Tags) }),
    ...properties,
    ...(UserData === undefined ? {} : { UserData: newLines(String(plain(UserData)), Properties, seen) }),
    ...others,
    ...(others.DependsOn === undefined ? {} : { DependsOn: [others.DependsOn].flat().map(short).join(' ') }),
  };
  const line = `  ${flow(plain(values)).slice(1, -1)}`;
  return line.length <= WIDTH && !line.includes('\n')
    ? `${id} ${Type}\n${line}`
    : [`${id} ${Type}`, ...Object.entries(values).map(([key, value]) => block(key, value, 1))].join('\n');
}

function newLines(
  text: string,
  { Tags }: Readonly<Record<string, unknown>>,
  seen: Map<string, Set<string>>,
): string {
  const kind = tags(Tags).match(/airlock:part=(\S+)/)?.[1] ?? '';
  const lines = text.split('\n');
  const known = seen.get(kind);
  seen.set(kind, known ?? new Set(lines));
  return known === undefined
    ? text
    : ['(as above, but for these lines)', ...lines.filter((line) => !known.has(line)), ''].join('\n');
}

function tags(value: unknown): string {
  const pairs = Array.isArray(value)
    ? value.map(({ Key, Value }) => [Key, Value])
    : Object.entries(value as object);
  return pairs.map(([key, text]) => `${key}=${plain(text)}`).join(' ');
}

function block(key: string, raw: unknown, depth: number): string {
  const indent = '  '.repeat(depth);
  const value = plain(raw);
  if (typeof value === 'string' && value.includes('\n')) {
    return [
      `${indent}${key}: |`,
      ...value
        .trimEnd()
        .split('\n')
        .map((line) => `${indent}  ${line}`.trimEnd()),
    ].join('\n');
  }
  const line = `${indent}${key}: ${flow(value)}`;
  if (typeof value !== 'object' || value === null || (line.length <= WIDTH && !line.includes('\\n'))) {
    return line;
  }
  const items = Array.isArray(value)
    ? value.map((item) => block('-', item, depth + 1).replace(/^( *)-:\s+/, '$1- '))
    : Object.entries(value).map(([name, item]) => block(name, item, depth + 1));
  return [`${indent}${key}:`, ...items].join('\n');
}

function flow(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(flow).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${flow(item)}`)
      .join(', ')}}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What is packed and a proxy box's script and unit hold no setting: a line and a digest for each file are enough. */
function unpacked(userData: unknown): unknown {
  if (typeof userData !== 'string') return userData;
  return withPacked(userData, (text) => {
    const files: string[] = [];
    const shell = text.replace(/^(put .*) <<\\E\n([\s\S]*?\n)E\n/gm, (_, file, content) => {
      files.push(asDigest(_, file, content));
      return '';
    });
    return [...files, asDigest('', 'and shell', shell), ''].join('\n');
  }).replace(/^(cat >\S+\.(?:sh|service)) <<'AIRLOCK_EOF'\n([\s\S]*?\n)AIRLOCK_EOF$/gm, asDigest);
}

function asDigest(_: string, file: string, content: string): string {
  const same = content.replace(DIGEST, '<digest>');
  const digest = createHash('sha256').update(same).digest('hex').slice(0, 12);
  return `${file}  # ${content.split('\n').length - 1} lines, ${digest}`;
}

/** Intrinsic functions as the text they stand for. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
  if (more.length === 0) {
    if (name === 'Ref') return `\${${short(String(argument))}}`;
    if (name === 'Fn::GetAtt') return `\${${(argument as string[]).map(short).join('.')}}`;
    if (name === 'Fn::Sub' && typeof argument === 'string') return argument;
    if (name === 'Fn::Base64') return unpacked(plain(argument));
    if (name === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown];
      const texts = plain(parts);
      return Array.isArray(texts)
        ? texts.map((text) => (typeof text === 'string' ? text : flow(text))).join(separator)
        : flow(texts);
    }
    if (name === 'Fn::Split') {
      const [separator, text] = argument as [string, unknown];
      return `\${split ${flow(plain(text)).slice(2, -1)} at ${JSON.stringify(separator)}}`;
    }
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
