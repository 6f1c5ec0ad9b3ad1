import type { Resource, Template } from '../../reach/template/template';
import { Reference, textOf, type Value } from '../../reach/template/value';

/** The resource of a type whose name is this text. */
export function named(
  template: Template,
  type: string,
  property: string,
  name: string,
): Resource | undefined {
  return template.ofType(type).find((resource) => textOf(resource.get(property)) === name);
}

/** Whether a value is this very resource, by `Ref` or by an attribute. */
export function refersTo(value: Value, resource: Resource | undefined): boolean {
  return resource !== undefined && value instanceof Reference && value.id === resource.id;
}
