import { own } from '../../json';
import type { RawResource, TemplateDocument } from './document';
import { Resolver } from './resolver';
import { describe, field, isUnknown, items, Reference, textOf, type Value } from './value';

/** A resource whose properties are computed when asked for. */
export class Resource {
  private readonly resolved = new Map<string, Value>();

  constructor(
    readonly id: string,
    readonly raw: RawResource,
    private readonly resolver: Resolver,
    /** False when only the deployment decides whether it exists. */
    readonly certain: boolean,
  ) {}

  get type(): string {
    return this.raw.type;
  }

  get(property: string): Value {
    if (!this.resolved.has(property)) {
      this.resolved.set(property, this.resolver.resolve(own(this.raw.properties, property)));
    }
    return this.resolved.get(property);
  }

  tag(key: string): string | undefined {
    const tag = items(this.get('Tags')).find((each) => textOf(field(each, 'Key')) === key);
    return textOf(field(tag, 'Value'));
  }
}

/** The resources that a template deploys, and the assumptions made while reading them. */
export class Template {
  readonly resources: readonly Resource[];
  readonly resolver: Resolver;
  private readonly byId: ReadonlyMap<string, Resource>;
  private readonly noted = new Set<string>();

  constructor(
    readonly document: TemplateDocument,
    parameters: Readonly<Record<string, string>> = {},
  ) {
    this.resolver = new Resolver(document, parameters);
    const resources: Resource[] = [];
    for (const [id, raw] of document.resources) {
      const exists = raw.condition === undefined ? true : this.resolver.condition(raw.condition);
      if (exists !== false) resources.push(new Resource(id, raw, this.resolver, exists === true));
    }
    this.resources = resources;
    this.byId = new Map(resources.map((resource) => [resource.id, resource]));
  }

  ofType(...types: readonly string[]): Resource[] {
    return this.resources.filter((resource) => types.includes(resource.type));
  }

  find(id: string | undefined): Resource | undefined {
    return id === undefined ? undefined : this.byId.get(id);
  }

  /** The resource of this type that the value refers to. */
  referred(value: Value, ...types: readonly string[]): Resource | undefined {
    const resource = value instanceof Reference ? this.find(value.id) : undefined;
    return resource !== undefined && types.includes(resource.type) ? resource : undefined;
  }

  /** Adds to the report what was assumed for a value that the template alone doesn't tell. */
  assume(resource: Resource, property: string, value: Value, assumed: string): void {
    const why = isUnknown(value) ? `: ${value.reason}` : value === undefined ? '' : `: ${describe(value)}`;
    this.noted.add(`${resource.id}.${property}${why}; assumed: ${assumed}`);
  }

  get assumptions(): string[] {
    const defaults = [...this.resolver.defaultsUsed].map(
      ([id, value]) => `parameter ${id} is assumed at its default ${JSON.stringify(value.slice(0, 100))}`,
    );
    return [...defaults, ...this.noted];
  }
}
