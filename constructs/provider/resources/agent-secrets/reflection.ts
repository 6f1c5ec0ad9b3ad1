/**
 * The certificate library finds its parts through tsyringe, which refuses to load without the two metadata readers of
 * the abandoned decorators proposal. The library ships compiled without that metadata, so "none" is the whole truth.
 * Imported before the library, for its effect.
 */
const reflect = Reflect as { getMetadata?: unknown; getOwnMetadata?: unknown };
reflect.getMetadata ??= () => undefined;
reflect.getOwnMetadata ??= () => undefined;
