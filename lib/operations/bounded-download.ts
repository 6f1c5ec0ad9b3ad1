import { createHash } from 'node:crypto';

export interface DownloadOptions {
  /** Largest body, in bytes. */
  readonly limit: number;
  readonly timeoutMs: number;
  /** @default - the platform's fetch */
  readonly fetch?: typeof globalThis.fetch;
}

export interface Download {
  readonly sha256: string;
  readonly size: number;
  /** The body; empty when only its digest was asked for. */
  readonly bytes: Buffer;
}

/** Names the address and the reason; never quotes the body. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

const REDIRECTS = 5;

/**
 * Fetches one file over HTTPS, following at most five redirects and none that leaves HTTPS.
 *
 * @throws DownloadError on anything but a whole body of an allowed size
 */
export async function download(address: URL, keep: boolean, options: DownloadOptions): Promise<Download> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    const response = await follow(address, signal, options.fetch ?? globalThis.fetch);
    return await receive(response, keep, options.limit);
  } catch (error) {
    if (error instanceof DownloadError) throw new DownloadError(`${address.href}: ${error.message}`);
    throw new DownloadError(
      `${address.href}: ${signal.aborted ? `not done in ${options.timeoutMs / 1000} s` : causeOf(error)}`,
    );
  }
}

/** HTTPS on its own port, the only one a proxy box may use (NET-6), and no credentials: addresses are written down. */
export function isFetchable(address: URL): boolean {
  return (
    address.protocol === 'https:' && address.port === '' && address.username === '' && address.password === ''
  );
}

async function follow(first: URL, signal: AbortSignal, fetch: typeof globalThis.fetch): Promise<Response> {
  let address = first;
  for (let redirects = 0; ; redirects++) {
    if (!isFetchable(address))
      throw new DownloadError(
        `leads to "${address.protocol}//${address.host}", which is not HTTPS on port 443`,
      );
    // Otherwise fetch would unpack the body before it is measured and hashed.
    const response = await fetch(address.href, {
      redirect: 'manual',
      signal,
      headers: { 'accept-encoding': 'identity' },
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    if (redirects === REDIRECTS) throw new DownloadError(`more than ${REDIRECTS} redirects`);
    if (!URL.canParse(location, address.href)) throw new DownloadError('redirects to no address');
    address = new URL(location, address);
  }
}

async function receive(response: Response, keep: boolean, limit: number): Promise<Download> {
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw new DownloadError(`HTTP ${response.status}`);
  }
  const tooLarge = () => new DownloadError(`larger than ${limit} bytes`);
  if (Number(response.headers.get('content-length') ?? 0) > limit) {
    await response.body.cancel();
    throw tooLarge();
  }
  const hash = createHash('sha256');
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // Leaving the loop cancels the transfer.
    if (size > limit) throw tooLarge();
    hash.update(chunk);
    if (keep) chunks.push(chunk);
  }
  return { sha256: hash.digest('hex'), size, bytes: Buffer.concat(chunks) };
}

/** The reason is in `cause`; fetch's own message is only "fetch failed". */
function causeOf(error: unknown): string {
  const { cause, code = (cause as { code?: string } | undefined)?.code } = error as {
    cause?: unknown;
    code?: string;
  };
  return code ? `connection failed (${code})` : 'connection failed';
}
