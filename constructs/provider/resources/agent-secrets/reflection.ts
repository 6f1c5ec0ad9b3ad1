/**
 * The certificate library uses tsyringe, which refuses to load without two functions of the abandoned decorators proposal.
 * The library is compiled without that metadata, so the functions may return none. Import this before the library.
 */
const reflect = Reflect as { getMetadata?: unknown; getOwnMetadata?: unknown };
reflect.getMetadata ??= () => undefined;
reflect.getOwnMetadata ??= () => undefined;
