import { open } from 'node:fs/promises';

const REDIRECTS = 5;
const LIMIT = 256 * 1024 * 1024;
const TIMEOUT = 5 * 60_000;

/**
 * Fetches a file over HTTPS, redirects included. The caller checks its digest before using it. Errors name the host only:
 * redirects of release pages carry signatures in their query.
 */
export async function download(fetcher: typeof fetch, url: string, file: string): Promise<void> {
  const signal = AbortSignal.timeout(TIMEOUT);
  let address = new URL(url);
  for (let hop = 0; hop <= REDIRECTS; hop += 1) {
    if (address.protocol !== 'https:') throw new Error(`${address.hostname}: only https is allowed`);
    const response = await fetcher(address, { redirect: 'manual', signal }).catch((error: Error) => {
      throw new Error(`${address.hostname}: ${causeOf(error)}`);
    });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      address = new URL(response.headers.get('location') ?? '', address);
      continue;
    }
    if (response.status !== 200 || response.body === null)
      throw new Error(`${address.hostname}: status ${response.status}`);
    return save(response.body, file, address.hostname);
  }
  throw new Error(`${address.hostname}: more than ${REDIRECTS} redirects`);
}

async function save(body: ReadableStream<Uint8Array>, file: string, host: string): Promise<void> {
  const out = await open(file, 'wx', 0o600);
  try {
    let total = 0;
    for await (const chunk of body) {
      total += chunk.byteLength;
      if (total > LIMIT) throw new Error(`${host}: more than ${LIMIT} bytes`);
      await out.writeFile(chunk);
    }
    await out.sync();
  } finally {
    await out.close();
  }
}

function causeOf(error: Error): string {
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? error.name;
}
