/**
 * Headers that change method, path or connection after the policy check; they are stripped.
 * - `Connection` names headers that the next hop drops (RFC 9110): an injected secret among them would not arrive.
 * - `Upgrade`: iron-proxy dials a WebSocket handshake directly, without `upstream_proxy`. Over plain HTTP the handshake
 *   would leave in plaintext, secret included, on any port that the network lets out, 443 too.
 * - The others: some servers (Rails, Symfony, IIS) take method or path from them. An allowed GET would be a DELETE there.
 */
export const REFUSED_HEADERS = [
  'connection',
  'upgrade',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-method',
  'x-original-url',
  'x-rewrite-url',
] as const;

/** What `allHeadersBut` writes: means the same in Go's expressions and in JavaScript's. */
const COMMON_DIALECT = /^\^(?!.*\[\[)[a-z0-9_!#%&'~().|*+[\]^-]+\$$/;

/** Whether an entry of a header list (a name, or an expression between slashes) lets one of these names pass. */
export function letsHeaderPass(entry: unknown, names: readonly string[]): boolean {
  if (typeof entry !== 'string') return true;
  const expression = /^\/(.*)\/$/s.exec(entry)?.[1];
  if (expression === undefined) return names.some((name) => name === entry.toLowerCase());
  if (!COMMON_DIALECT.test(expression)) return true;
  try {
    const pattern = new RegExp(expression, 'i');
    return names.some((name) => pattern.test(name));
  } catch {
    return true;
  }
}

export function letsRefusedHeaderPass(entry: unknown): boolean {
  return letsHeaderPass(entry, REFUSED_HEADERS);
}

/** Distinguishes every other name from them in few characters: a parameter of the policy holds 4,096. */
export const REFUSED = {
  names: ['connection', 'upgrade'],
  beginnings: ['x-http-m', 'x-meth', 'x-orig', 'x-rewr'],
} as const;

/** @param name in lower case */
export function isRefused(name: string): boolean {
  return (
    REFUSED.names.some((refused) => refused === name) ||
    REFUSED.beginnings.some((beginning) => name.startsWith(beginning))
  );
}

/** Headers that some servers take for one another: CGI, and what follows it, knows no difference between `_` and `-`. */
export class Disguises {
  private readonly guarded: ReadonlySet<string>;

  /** @param names headers that no other one may pass for, in lower case */
  constructor(private readonly names: readonly string[]) {
    this.guarded = new Set(names.map(dashed));
  }

  /** Whether some servers take it for a refused header or for one of these. @param name in lower case */
  has(name: string): boolean {
    const other = dashed(name);
    return this.guarded.has(other) ? !this.names.includes(name) : other !== name && isRefused(other);
  }
}

function dashed(name: string): string {
  return name.replaceAll('_', '-');
}

interface Branch {
  ends: 'here' | 'from here' | 'nowhere';
  readonly next: Map<string, Branch>;
}

/**
 * A regular expression, between slashes, that matches every header name except these names and every name with these
 * beginnings, in lower case. Go's expressions have no look-ahead, so it lists where a name may differ from each of them.
 *
 * @default the headers that no request may carry
 */
export function allHeadersBut({
  names,
  beginnings,
}: {
  readonly names: readonly string[];
  readonly beginnings: readonly string[];
} = REFUSED): string {
  const root: Branch = { ends: 'here', next: new Map() };
  for (const name of names) leaf(root, name).ends = 'here';
  for (const beginning of beginnings) leaf(root, beginning).ends = 'from here';
  return `/^${rest(root)}$/`;
}

/** A header name may hold characters that mean something in an expression. */
function literal(letter: string): string {
  return /[a-z0-9_-]/.test(letter) ? letter : letter === '^' ? '[.^]' : `[${letter}]`;
}

function leaf(root: Branch, name: string): Branch {
  let branch = root;
  for (const letter of name) {
    const next: Branch = branch.next.get(letter) ?? { ends: 'nowhere', next: new Map() };
    branch.next.set(letter, next);
    branch = next;
  }
  return branch;
}

/** What may follow here; nothing need follow where no refused name ends. */
function rest({ ends, next }: Branch): string {
  if (next.size === 0) return ends === 'here' ? '.+' : '.*';
  // A hyphen is literal at the end of a class.
  const letters = [...next.keys()].sort((a, b) => Number(a === '-') - Number(b === '-') || (a < b ? -1 : 1));
  const on = letters.flatMap((letter) => {
    const branch = next.get(letter) as Branch;
    return branch.ends === 'from here' ? [] : [`${literal(letter)}${rest(branch)}`];
  });
  return `(${[...(ends === 'here' ? [] : ['']), `[^${letters.join('')}].*`, ...on].join('|')})`;
}
