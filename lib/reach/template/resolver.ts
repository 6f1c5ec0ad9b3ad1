import { isRecord, own } from '../../json';
import { knownAttribute } from './attributes';
import type { TemplateDocument } from './document';
import { computeFunction } from './functions';
import type { Lookup } from './lookup';
import { booleanOf, Reference, textOf, Unknown, type Value } from './value';

/** Deeper than any template that CloudFormation accepts; stops hostile nesting before the stack overflows. */
const DEPTH_LIMIT = 100;

/** Computes a template's intrinsic functions when asked, and records which parameter defaults it assumed. */
export class Resolver implements Lookup {
  /** Parameters whose default was assumed. */
  readonly defaultsUsed = new Map<string, string>();
  private readonly attributes = new Map<string, Value>();
  private readonly decided = new Map<string, boolean | undefined>();
  private depth = 0;

  constructor(
    readonly document: TemplateDocument,
    private readonly parameterValues: Readonly<Record<string, string>> = {},
  ) {}

  resolve(raw: unknown): Value {
    if (this.depth >= DEPTH_LIMIT) return new Unknown('it is nested too deeply');
    this.depth += 1;
    try {
      return this.resolveHere(raw);
    } finally {
      this.depth -= 1;
    }
  }

  condition(name: string): boolean | undefined {
    if (!this.decided.has(name)) {
      this.decided.set(name, undefined); // what a circular definition sees
      const raw = this.document.conditions.get(name);
      this.decided.set(name, raw === undefined ? undefined : booleanOf(this.resolve(raw)));
    }
    return this.decided.get(name);
  }

  reference(id: string): Value {
    if (id.startsWith('AWS::')) return id === 'AWS::NoValue' ? undefined : `\${${id}}`;
    if (this.document.parameters.has(id)) return this.parameter(id);
    if (this.document.resources.has(id)) return new Reference(id, 'Ref');
    return new Unknown(`"${id.slice(0, 100)}" is neither a parameter nor a resource`);
  }

  attribute(id: string, attribute: string): Value {
    const resource = this.document.resources.get(id);
    if (resource === undefined) return new Unknown(`"${id.slice(0, 100)}" is not a resource`);
    const key = `${id}.${attribute}`;
    if (!this.attributes.has(key)) {
      this.attributes.set(key, new Unknown(`${key} refers to itself`));
      this.attributes.set(key, knownAttribute(resource, attribute, this) ?? new Reference(id, attribute));
    }
    return this.attributes.get(key);
  }

  private parameter(id: string): Value {
    const declared = this.document.parameters.get(id) ?? {};
    const type = String(own(declared, 'Type') ?? 'String');
    const given = Object.hasOwn(this.parameterValues, id) ? this.parameterValues[id] : undefined;
    const byDefault = own(declared, 'Default');
    const text = given ?? textOf(byDefault as Value);
    if (text === undefined)
      return new Unknown(`parameter ${id} has no default`, undefined, `parameter:${id}`);
    if (type.startsWith('AWS::SSM::Parameter::Value')) {
      return new Unknown(
        `parameter ${id} is read from Parameter Store at deployment`,
        undefined,
        `parameter:${id}`,
      );
    }
    if (given === undefined) this.defaultsUsed.set(id, text);
    return type === 'CommaDelimitedList' || type.startsWith('List<')
      ? text.split(',').map((item) => item.trim())
      : text;
  }

  private resolveHere(raw: unknown): Value {
    if (typeof raw === 'string') {
      return raw.includes('{{resolve:') ? new Unknown('it is a dynamic reference', undefined, raw) : raw;
    }
    if (typeof raw === 'number' || typeof raw === 'boolean' || raw === null || raw === undefined) return raw;
    if (Array.isArray(raw)) return raw.map((item) => this.resolve(item)).filter((item) => item !== undefined);
    if (!isRecord(raw)) return new Unknown(`a ${typeof raw} is not a template value`);
    const keys = Object.keys(raw);
    const only = keys.length === 1 ? (keys[0] as string) : undefined;
    if (only === 'Ref' || only === 'Condition' || only?.startsWith('Fn::')) {
      return computeFunction(only, raw[only], this);
    }
    const fields: Record<string, Value> = Object.create(null);
    for (const key of keys) fields[key] = this.resolve(raw[key]);
    return fields;
  }
}
