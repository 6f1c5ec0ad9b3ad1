/** Go's `net.SplitHostPort`: undefined when there is no port, or the brackets and colons don't fit. */
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

/** The name a rule's host is compared with: port and brackets gone (iron-proxy's `hostmatch.StripPort`). */
export function stripPort(host: string): string {
  return (splitHostPort(host)?.host ?? host).replace(/^[[\]]+|[[\]]+$/g, '');
}

/** Lower case as Go's `strings.ToLower` does it for host names: only ASCII letters occur in a Host header. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
