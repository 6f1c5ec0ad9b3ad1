// Not the package's index, which brings GraphQL's execution, too.
import type { DocumentNode, SelectionSetNode } from 'graphql/language/ast';
import { Kind } from 'graphql/language/kinds';
import { parse } from 'graphql/language/parser';
import { TokenKind } from 'graphql/language/tokenKind';
import type { BodyRule } from '../../config/values/body-rule';
import type { Judged } from './fields';
import type { Json } from './json';

type GraphqlRule = NonNullable<BodyRule['graphql']>;

/** A document of thousands of tokens is an attack on the parser, not a query. */
const MOST_TOKENS = 5000;

/**
 * Parsers end these at different places: graphql-ruby, GitHub's, takes `"\"""` for the end of a block string, and some in Java
 * end a comment at U+2028. What the gate takes for text there, a server would execute.
 */
const AMBIGUOUS: readonly string[] = [TokenKind.BLOCK_STRING, TokenKind.COMMENT];

/**
 * Judges a GraphQL request by its document alone: every operation in it, whichever the request names, may have the allowed
 * types and root fields only. The name of an operation and the aliases of fields are the client's to choose.
 */
export function judgeGraphql(rule: GraphqlRule, body: Json): Judged {
  if (!(body instanceof Map)) return no('is a batch or no request object');
  for (const key of body.keys()) {
    if (!['query', 'variables', 'operationName'].includes(key)) {
      return no(`has a field beside query, variables and operationName; persisted queries are one of these`);
    }
  }
  const query = body.get('query');
  if (typeof query !== 'string') return no('has no query text');
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: MOST_TOKENS });
  } catch {
    return no('has a query that is not GraphQL, or too long');
  }
  for (let token = document.loc?.startToken ?? null; token !== null; token = token.next) {
    if (AMBIGUOUS.includes(token.kind))
      return no('has a block string or a comment, which servers end at different places');
  }
  return judgeDocument(rule, document);
}

function judgeDocument(rule: GraphqlRule, document: DocumentNode): Judged {
  const fragments = new Map<string, SelectionSetNode>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    if (fragments.has(definition.name.value)) return no('defines a fragment twice');
    fragments.set(definition.name.value, definition.selectionSet);
  }
  let operations = 0;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) continue;
    if (definition.kind !== Kind.OPERATION_DEFINITION) return no('defines types');
    operations += 1;
    const { operation } = definition;
    const allowed = operation === 'subscription' ? undefined : rule[operation];
    if (allowed === undefined) return no(`has a ${operation}, which the rule does not allow`);
    const roots = new Set<string>();
    if (!collect(definition.selectionSet, fragments, roots, new Set())) {
      return no('names a fragment that it does not define');
    }
    const wrong = [...roots].find(
      (field) => field !== '__typename' && allowed !== 'any' && !allowed.includes(field),
    );
    if (wrong !== undefined) {
      return no(`asks for the ${operation} ${wrong.slice(0, 64)}, which the rule does not allow`);
    }
  }
  return operations === 0 ? no('has no operation') : { ok: true, notes: [] };
}

/** Adds the root fields of a selection, through fragments; false if one isn't defined. */
function collect(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, SelectionSetNode>,
  roots: Set<string>,
  seen: Set<string>,
): boolean {
  return selections.every((selection) => {
    if (selection.kind === Kind.FIELD) {
      roots.add(selection.name.value);
      return true;
    }
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return collect(selection.selectionSet, fragments, roots, seen);
    const name = selection.name.value;
    if (seen.has(name)) return true;
    seen.add(name);
    const fragment = fragments.get(name);
    return fragment !== undefined && collect(fragment, fragments, roots, seen);
  });
}

function no(what: string): Judged {
  return { ok: false, reason: `the GraphQL request ${what}` };
}
