/** A parsed document whose shape nobody has checked yet. */
export type Json = unknown;

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a text holds as JSON; undefined when it isn't JSON. */
export function jsonIn(text = ''): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A property of the object itself: a document may use any name, `constructor` and `__proto__` included. */
export function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

export function fieldOf(value: Json, ...path: readonly string[]): Json {
  return path.reduce<Json>(
    (from, name) =>
      typeof from === 'object' && from !== null && Object.hasOwn(from, name)
        ? (from as Record<string, Json>)[name]
        : undefined,
    value,
  );
}

export function listOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list; everything else in it is left out. */
export function textsOf(value: Json): string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}
