/** A property whose intrinsic functions are computed as far as a template alone allows. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | Reference
  | Unknown
  | readonly Value[]
  | { readonly [key: string]: Value };

/** `Ref` or `Fn::GetAtt` to a resource of this template; its value is unknown before the deployment. */
export class Reference {
  constructor(
    readonly id: string,
    /** `Ref`, or the attribute's name. */
    readonly attribute: string,
  ) {}

  /** Its form inside a longer text. */
  get placeholder(): string {
    return this.attribute === 'Ref' ? `\${${this.id}}` : `\${${this.id}.${this.attribute}}`;
  }
}

/** A value that the template alone doesn't tell. Its reader assumes the worst case. */
export class Unknown {
  constructor(
    /** Why, as a clause: `parameter SubnetId has no default`. */
    readonly reason: string,
    /** Every value it can have, when an undecided condition chooses among known ones. */
    readonly options?: readonly Value[],
    /** Two unknowns of one source are the same value. */
    readonly source?: string,
  ) {}
}

export type Fields = { readonly [key: string]: Value };

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isFields(value: Value): value is Fields {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Reference) &&
    !(value instanceof Unknown)
  );
}

export function isUnknown(value: Value): value is Unknown {
  return value instanceof Unknown;
}

export function field(value: Value, name: string): Value {
  return isFields(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

/** A known text or number as text; undefined for everything else. */
export function textOf(value: Value): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** A known whole number, written as such or as text. */
export function integerOf(value: Value): number | undefined {
  const text = textOf(value)?.trim();
  return text !== undefined && /^-?\d{1,10}$/.test(text) ? Number(text) : undefined;
}

/** A known truth value, written as such or as text. */
export function booleanOf(value: Value): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.trim().toLowerCase() : undefined;
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** Every value this one can have: itself, or what an undecided condition chooses among. */
export function alternatives(value: Value): readonly Value[] {
  return isUnknown(value) && value.options !== undefined ? value.options.flatMap(alternatives) : [value];
}

/** The items of a list, of a single value written without its list, or of every list an undecided condition chooses among. */
export function items(value: Value): readonly Value[] {
  return alternatives(value).flatMap((each) =>
    each === undefined || each === null ? [] : isList(each) ? each.flatMap(alternatives) : [each],
  );
}

/** For messages: short, never a whole subtree. */
export function describe(value: Value): string {
  if (value instanceof Reference) return value.placeholder.slice(2, -1);
  if (value instanceof Unknown) return `unknown (${value.reason})`;
  if (typeof value === 'object' && value !== null) return isList(value) ? 'a list' : 'an object';
  return String(value).slice(0, 100);
}
