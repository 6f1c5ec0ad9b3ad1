/** A parsed document whose shape nobody has checked yet. */
export type Json = unknown;

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
