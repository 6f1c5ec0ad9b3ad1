import { Document, isCollection, isNode, isScalar, type Node, visit, type YAMLMap, type YAMLSeq } from 'yaml';
import { indented } from '../../wrap';
import { type Answers, chosen, type Facts, isProfile, presets } from './questions';
import { filled, type Recipe } from './recipe';

/** Above what a host of this type costs while idle, at the first percentage already. */
const BUDGET = { monthlyUsd: 120, alertsAtPercent: [75, 90, 100] };

/** The text of `agents/<name>.yaml` for these answers, all of which were checked. */
export function agentFile(name: string, answers: Answers, facts: Facts, region?: string): string {
  const { runtime, role, owner, command } = answers;
  const [provider = '', ...model] = (answers.model ?? '').split('/');
  const jobs = chosen(answers, facts.recipes);
  const values = valuesOf(answers);
  const document = new Document({
    name,
    runtime,
    ...(model.length > 0 && { model: model.join('/') }),
    ...(command && { custom: { command } }),
    role,
    owner,
    host: { instanceType: 't4g.large' },
    egress: presets(answers, facts).map((preset) =>
      preset === 'bedrock' ? { preset, with: bedrock(model.join('/'), answers, region) } : { preset },
    ),
    ...(jobs.some(({ secrets }) => Object.keys(secrets).length > 0) && { secrets: {} }),
    budget: BUDGET,
  });
  const titles = jobs.map(({ title, with: asks }) =>
    [title, ...Object.keys(asks).map((key) => values[key])].join(': '),
  );
  document.commentBefore = comment([
    'yaml-language-server: $schema=../schema/agent.schema.json',
    ...(titles.length > 0 ? titles : ['Calls its model, and does nothing else yet.']),
  ]);
  const egress = document.get('egress') as YAMLSeq<Node>;
  const secrets = document.get('secrets') as YAMLMap | undefined;
  const [first, second] = egress.items;
  if (first) first.commentBefore = ` Its model: ${provider}`;
  if (second) second.commentBefore = ' Its packages, and the updates of its machine';
  for (const job of jobs) addJob(job, values, egress, secrets);
  note(document, 'runtime', 'hermes | openclaw | claude-code | codex | custom');
  note(document, 'role', 'reader | builder | operator: bounds what the rules below may say');
  note(document, 'host', 'arm64; disks and root have defaults');
  note(
    document,
    'secrets',
    `values are set with "npx airlock secrets put ${name} <secret>", never written here`,
  );
  note(document, 'budget', 'US dollars; above what the machine costs while idle: npx airlock cost');
  return document.toString({ lineWidth: 120, flowCollectionPadding: true });
}

/** What the owner said for `${with.…}`. */
export function valuesOf(answers: Answers): Record<string, string> {
  const prefix = 'with.';
  const own = Object.entries(answers).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}

function bedrock(id: string, answers: Answers, region: string | undefined): object {
  const regions = answers['model-regions']?.split(',') ?? [];
  return isProfile(answers.model ?? '')
    ? { region, inferenceProfiles: [{ id, regions }] }
    : { region, models: [id] };
}

/** A job's rules and secrets as its recipe writes them, comments included. What an earlier job brought is left out. */
function addJob(
  { document, title, before }: Recipe,
  values: Readonly<Record<string, string>>,
  egress: YAMLSeq<Node>,
  secrets: YAMLMap | undefined,
): void {
  const known = new Set(egress.items.map(meaning));
  const rules = (document.get('egress') as YAMLSeq<Node>).items.map((rule) => fill(rule, values));
  const [head, ...others] = rules.filter((rule) => !known.has(meaning(rule)));
  if (head) {
    const lines = before.flatMap((line) => indented(filled(line, values), { width: 110 }, '- '));
    const why = [title, ...(lines.length > 0 ? ['Before it works:', ...lines] : [])];
    head.spaceBefore = true;
    head.commentBefore = [comment(why), head.commentBefore].filter(Boolean).join('\n');
    egress.items.push(head, ...others);
  }
  for (const { key, value } of (document.get('secrets') as YAMLMap<Node, YAMLMap> | undefined)?.items ?? []) {
    const id = isScalar(key) ? String(key.value) : '';
    if (!secrets || !value || secrets.has(id)) continue;
    const secret = fill(value, values) as YAMLMap;
    secret.flow = false;
    secrets.set(id, secret);
  }
}

/** A copy of a node with the owner's values in its texts and comments. */
function fill<T extends Node>(node: T, values: Readonly<Record<string, string>>): T {
  const copy = node.clone() as T;
  visit(copy, {
    Node: (_, each) => {
      if (each.commentBefore) each.commentBefore = filled(each.commentBefore, values);
      if (each.comment) each.comment = filled(each.comment, values);
    },
    Scalar: (_, each) => {
      if (typeof each.value === 'string') each.value = filled(each.value, values);
    },
  });
  return copy;
}

/** What a rule says, its comments aside. */
function meaning(rule: Node): string {
  return JSON.stringify(rule.toJSON());
}

function note(document: Document, key: string, text: string): void {
  const node = document.get(key, true);
  if (!isNode(node)) return;
  if (key === 'secrets') node.commentBefore = ` ${text}`;
  else node.comment = ` ${text}`;
  if (isCollection(node)) node.flow = key !== 'secrets';
}

function comment(lines: readonly string[]): string {
  return lines.map((line) => ` ${line}`).join('\n');
}
