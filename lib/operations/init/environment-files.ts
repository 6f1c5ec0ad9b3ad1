import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { Document, isCollection, isNode } from 'yaml';
import { packageRoot } from '../../../constructs/package-root';
import { jsonSchemas } from '../../config/schema/json-schemas';
import type { NewFile } from './create-files';
import type { Answers } from './questions';

/** The text of `airlock.yaml` for these answers, all of which were checked. */
export function airlockFile(answers: Answers): string {
  const { stack, region, notify } = answers;
  const mirrors = Object.entries(answers).flatMap(([key, value]) =>
    key.startsWith('mirror.') ? [[key.slice('mirror.'.length), value] as const] : [],
  );
  const document = new Document({
    name: stack,
    env: { region },
    notify: [notify],
    ...(mirrors.length > 0 && { mirrors: Object.fromEntries(mirrors) }),
    budget: { monthlyUsd: 240 },
  });
  document.commentBefore =
    ' yaml-language-server: $schema=schema/airlock.schema.json\n The environment: one stack, one VPC, all agents of agents/.';
  const notes = {
    name: 'the stack, and the first part of every parameter name',
    env: 'account and zone may stand here too',
    notify: 'who hears of alarms and budgets',
    budget: 'US dollars; above what the stack costs while idle: npx airlock cost',
  };
  for (const [key, text] of Object.entries(notes)) {
    const node = document.get(key, true);
    if (isNode(node)) node.comment = ` ${text}`;
    if (isCollection(node)) node.flow = true;
  }
  return document.toString({ lineWidth: 120 });
}

/** What a new configuration needs beside its two files: schemas for editors, and the app where the kit is installed. */
export function filesBeside(directory: string, cwd: string): NewFile[] {
  const schemas = existsSync(join(directory, 'schema'))
    ? []
    : Object.entries(jsonSchemas()).map(([name, text]) => ({ path: join(directory, 'schema', name), text }));
  return [...schemas, ...appFile(cwd)];
}

/** cdk.json, where the kit is installed and there is none. */
export function appFile(cwd: string): NewFile[] {
  const app = relative(cwd, join(packageRoot(), 'dist/bin/app.js'));
  const isInstalled = app.startsWith(`node_modules${sep}`) && !existsSync(join(cwd, 'cdk.json'));
  return isInstalled ? [{ path: join(cwd, 'cdk.json'), text: cdkJson(app) }] : [];
}

/** The kit's own cdk.json, for an app that lies below node_modules. */
function cdkJson(app: string): string {
  const kit = JSON.parse(readFileSync(join(packageRoot(), 'cdk.json'), 'utf8'));
  const command = kit.app.replace('dist/bin/app.js', app);
  return `${JSON.stringify({ app: command, context: kit.context }, null, 2)}\n`;
}
