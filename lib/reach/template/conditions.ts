import type { Lookup } from './lookup';
import { booleanOf, isUnknown, Reference, textOf, type Value } from './value';

/** Condition functions in three values: undefined means that only a deployment decides. */
export function evaluateCondition(name: string, argument: unknown, lookup: Lookup): boolean | undefined {
  if (name === 'Condition') return typeof argument === 'string' ? lookup.condition(argument) : undefined;
  if (!Array.isArray(argument)) return undefined;
  if (name === 'Fn::Equals') {
    return argument.length === 2
      ? equals(lookup.resolve(argument[0]), lookup.resolve(argument[1]))
      : undefined;
  }
  return combine(
    name,
    argument.map((part) => booleanOf(lookup.resolve(part))),
  );
}

function combine(name: string, parts: readonly (boolean | undefined)[]): boolean | undefined {
  switch (name) {
    case 'Fn::And':
      return parts.includes(false) ? false : parts.includes(undefined) ? undefined : true;
    case 'Fn::Or':
      return parts.includes(true) ? true : parts.includes(undefined) ? undefined : false;
    case 'Fn::Not':
      return parts.length === 1 && parts[0] !== undefined ? !parts[0] : undefined;
    default:
      return undefined;
  }
}

function equals(a: Value, b: Value): boolean | undefined {
  if (isUnknown(a) || isUnknown(b) || a instanceof Reference || b instanceof Reference) return undefined;
  const [left, right] = [a, b].map((value) => (typeof value === 'boolean' ? String(value) : textOf(value)));
  if (left === undefined || right === undefined) return undefined;
  if (left === right) return true;
  // Pseudo parameters such as ${AWS::Region} stay in the text until deployment.
  return left.includes('${') || right.includes('${') ? undefined : false;
}
