import { actionMatches } from '../../guardrails/template/statements';
import { isRecord } from '../../json';

/**
 * The actions that a boundary forbids: those that no statement allows for any resource, and those that one denies for
 * every resource. It doesn't judge narrower resources and conditions.
 */
export function takenAway(document: unknown, actions: readonly string[]): string[] {
  const statements = list(isRecord(document) ? document.Statement : undefined).filter(isRecord);
  const allows = statements.filter(({ Effect }) => Effect === 'Allow');
  const denies = statements.filter(
    ({ Effect, Condition, Resource }) =>
      Effect === 'Deny' && Condition === undefined && list(Resource).includes('*'),
  );
  return actions.filter(
    (action) => !allows.some((each) => names(each, action)) || denies.some((each) => names(each, action)),
  );
}

function names({ Action, NotAction }: Record<string, unknown>, action: string): boolean {
  if (NotAction !== undefined)
    return !list(NotAction).some((pattern) => actionMatches(String(pattern), action));
  return list(Action).some((pattern) => actionMatches(String(pattern), action));
}

/** What a property of a policy names: one thing or several. */
export function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
