import { parseAllDocuments } from 'yaml';

/** In characters: far more than 200 rules need, far less than would harm a small machine. */
const TEXT_LIMIT = 1024 * 1024;

/**
 * The three documents of a policy, or why the text isn't three. It refuses what two readers could understand differently
 * (aliases, tags, duplicate keys).
 */
export function parseDocuments(text: string): readonly [unknown, unknown, unknown] | string {
  if (text.length > TEXT_LIMIT) return `${text.length} characters: at most ${TEXT_LIMIT} are allowed`;
  try {
    const documents = [
      ...parseAllDocuments(text, {
        uniqueKeys: true,
        strict: true,
        merge: false,
        prettyErrors: false,
        logLevel: 'silent',
      }),
    ];
    const trouble = documents.flatMap((document) => [...document.errors, ...document.warnings])[0];
    if (trouble !== undefined) return `not plain YAML: ${trouble.code}`;
    if (documents.length !== 3) return `three YAML documents are needed, it has ${documents.length}`;
    const [first, second, third] = documents.map(
      (document) => document.toJS({ maxAliasCount: 0 }) as unknown,
    );
    return [first, second, third];
  } catch (error) {
    return `not plain YAML: ${error instanceof Error ? error.name : 'unreadable'}`;
  }
}
