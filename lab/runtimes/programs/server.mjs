// What the stand-ins for a model's API and for Telegram have in common: flags, the log of requests, the body's limit, and the
// server. It prints `listening PORT` once it answers.
import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { parseArgs } from 'node:util';

export const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** The flags, those of one stand-in added; the log begins empty. */
export function flags(options) {
  const { values } = parseArgs({
    options: {
      log: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '0' },
      cert: { type: 'string' },
      key: { type: 'string' },
      ...options,
    },
  });
  if (values.log === undefined) throw new Error('--log names the file that requests are written to');
  writeFileSync(values.log, '');
  return values;
}

export function writeDown(values, line) {
  appendFileSync(values.log, `${JSON.stringify(line)}\n`);
}

/** The body as text; undefined when it is longer than the limit. @param limit bytes */
export async function textOf(request, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Serves over TLS with --cert and --key, else in plaintext. */
export function listen(values, serve) {
  const onRequest = (request, response) => serve(request, response).catch((error) => response.destroy(error));
  const server =
    values.cert === undefined
      ? http.createServer(onRequest)
      : https.createServer({ cert: readFileSync(values.cert), key: readFileSync(values.key) }, onRequest);
  server.listen(Number(values.port), values.host, () =>
    process.stdout.write(`listening ${server.address().port}\n`),
  );
}
