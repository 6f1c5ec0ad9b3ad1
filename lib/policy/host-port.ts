/** Go's `net.SplitHostPort`: undefined without a port, or when brackets and colons don't match. */
export function splitHostPort(text: string): { readonly host: string; readonly port: string } | undefined {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return undefined;
  const port = text.slice(colon + 1);
  if (!text.startsWith('[')) {
    const host = text.slice(0, colon);
    return /[:[\]]/.test(host) || /[[\]]/.test(port) ? undefined : { host, port };
  }
  const close = text.indexOf(']');
  if (close < 0 || close + 1 !== colon || /[[\]]/.test(port)) return undefined;
  const host = text.slice(1, close);
  return host.includes('[') ? undefined : { host, port };
}

/** The name to compare with a rule's host: without port and brackets (iron-proxy's `hostmatch.StripPort`). */
export function stripPort(host: string): string {
  return (splitHostPort(host)?.host ?? host).replace(/^[[\]]+|[[\]]+$/g, '');
}

const LABEL = '(?!-)[A-Za-z0-9_-]{1,63}(?<!-)';
const NAME = new RegExp(`^(?=.{1,253}\\.?$)(?=.*[A-Za-z_-])${LABEL}(?:\\.${LABEL})*\\.?$`);

/** Whether Go's resolver looks a name up (`isDomainName` in its net package). */
export function isLookedUp(name: string): boolean {
  return NAME.test(name);
}
