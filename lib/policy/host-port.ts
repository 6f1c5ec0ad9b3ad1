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

/** Lower case like Go's `strings.ToLower`, for host names: a Host header holds no letters outside ASCII. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
