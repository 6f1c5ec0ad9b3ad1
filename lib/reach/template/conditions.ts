import type { Resolver } from './resolver';
import { booleanOf, isUnknown, Reference, textOf, type Value } from './value';

/** Condition functions in three values: undefined means that only a deployment decides. */
export function evaluateCondition(name: string, argument: unknown, resolver: Resolver): boolean | undefined {
  if (name === 'Condition') return typeof argument === 'string' ? resolver.condition(argument) : undefined;
  if (!Array.isArray(argument)) return undefined;
  if (name === 'Fn::Equals') {
    return argument.length === 2
      ? equals(resolver.resolve(argument[0]), resolver.resolve(argument[1]))
      : undefined;
  }
  return combine(
    name,
    argument.map((part) => booleanOf(resolver.resolve(part))),
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
  // Pseudo parameters such as ${AWS::Region} stand in the text until deployment.
  return left.includes('${') || right.includes('${') ? undefined : false;
}
