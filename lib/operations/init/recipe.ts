import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, parseDocument } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../../constructs/package-root';
import { displayName } from '../../config/config-files';
import { ROLES } from '../../config/model';
import { parseText } from '../../config/source/parse-text';
import { readText } from '../../config/source/text-file';

/** `recipes/<name>.yaml`: what an agent's file needs for a whole job, with the requests that the job makes. */
const recipeSchema = z.strictObject({
  name: z.string().regex(/^[a-z]+(?:-[a-z]+)*$/),
  /** One line for whoever chooses. */
  title: z.string(),
  /** The role without which some rule would be refused. */
  role: z.enum(ROLES),
  /** What the agent's owner says; `${with.<key>}` stands for it. */
  with: z
    .record(
      z.string().regex(/^[a-z]+$/),
      z.strictObject({ type: z.literal('repository'), description: z.string() }),
    )
    .default({}),
  /** Rules and secrets as an agent's file has them. They are checked there, with the owner's values in them. */
  egress: z.array(z.record(z.string(), z.unknown())).min(1),
  secrets: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** What must be so outside of Airlock before the job works, or is safe. */
  before: z.array(z.string()).default([]),
  /** Every request of the job, its GraphQL document, and the rule that lets it pass. A test asks the decider. */
  job: z.array(z.strictObject({ request: z.string(), body: z.string().optional(), rule: z.string() })).min(1),
  /** Requests near the job that must be refused, a GraphQL document last. The same test asks. */
  refused: z.array(z.string()).min(1),
});

export interface Recipe extends z.output<typeof recipeSchema> {
  /** As written, comments included: what the agent's file takes over. */
  readonly document: Document;
}

export type Recipes =
  | { readonly ok: true; readonly recipes: readonly Recipe[] }
  | { readonly ok: false; readonly message: string };

/** The recipes of a configuration directory, or the kit's where it has no such folder. */
export function readRecipes(directory: string): Recipes {
  const own = join(directory, 'recipes');
  const folder = existsSync(own) ? own : join(packageRoot(), 'config/recipes');
  const recipes: Recipe[] = [];
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.yaml'))) {
    const file = join(folder, name);
    const read = readText(file, displayName(file), folder);
    const parsed = 'problem' in read ? { problems: [read.problem] } : parseText(displayName(file), read.text);
    const [problem] = parsed.problems;
    if (problem || !('source' in parsed) || 'problem' in read) {
      return { ok: false, message: `${displayName(file)} ${problem?.message}: ${problem?.fix}` };
    }
    const checked = recipeSchema.safeParse(parsed.source.value);
    if (!checked.success) {
      const [issue] = checked.error.issues;
      return {
        ok: false,
        message: `${displayName(file)} is no recipe: ${issue?.path.join('.')} ${issue?.message}`,
      };
    }
    recipes.push({ ...checked.data, document: parseDocument(read.text) });
  }
  return { ok: true, recipes };
}

/** A text of a recipe with the owner's values in it. Values hold no `$`. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{with\.([a-z]+)\}/g, (variable, key: string) =>
    Object.hasOwn(values, key) ? (values[key] as string) : variable,
  );
}
