import { type Step, TOKEN } from './attempt';
import type { Target } from './target';
import type { Http2Exchange, Http2Word } from './wire';

type Field = readonly [name: string, value: string];
type Rest = Partial<Http2Exchange>;

/** Header fields of a request, with the attempt's mark. */
export const fields = (method: string, path: string, authority: string, more: readonly Field[] = []) =>
  [
    [':method', method],
    [':scheme', 'https'],
    [':authority', authority],
    [':path', path],
    ['x-lab', TOKEN],
    ...more,
  ] as const satisfies readonly Field[];

/** A stream with one request and no body. */
export const stream = (number: number, headers: readonly Field[]): Http2Word => ({ stream: number, headers });

/** HTTP/2 over TLS to port 443 of the box. */
export const http2 = (
  { own }: Pick<Target, 'own'>,
  sni: string,
  say: readonly Http2Word[],
  rest: Rest = {},
): Step => ({
  http2: { to: own, port: 443, tls: { sni, alpn: ['h2'] }, say, ...rest },
});

/** HTTP/2 in the clear, by prior knowledge (RFC 9113, 3.3). */
export const clear = ({ own }: Pick<Target, 'own'>, say: readonly Http2Word[], rest: Rest = {}): Step => ({
  http2: { to: own, port: 80, say, ...rest },
});
