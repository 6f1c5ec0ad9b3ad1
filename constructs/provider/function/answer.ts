import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** CloudFormation refuses a longer response, in bytes. */
const ANSWER_LIMIT = 4096;
/** A reason ends up as one line of the stack's events. */
const REASON_LIMIT = 1500;
const TRIES = 4;
const TRY_TIMEOUT_MS = 8000;

/** What CloudFormation is told. Its fields are those of the custom resource protocol. */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: Readonly<Record<string, string>>;
}

/** The text to send: at most 4,096 bytes, whatever the reason was. */
export function answerText(answer: Answer): string {
  const text = JSON.stringify({ ...answer, Reason: shorten(answer.Reason, REASON_LIMIT) });
  if (Buffer.byteLength(text) < ANSWER_LIMIT) return text;
  return JSON.stringify({ ...answer, Reason: shorten(answer.Reason, 200) });
}

function shorten(reason: string, limit: number): string {
  const ascii = reason.replace(/[^\x20-\x7e]/g, '?');
  return ascii.length <= limit ? ascii : `${ascii.slice(0, limit - 4)} ...`;
}

/**
 * PUTs the answer to the pre-signed address, and retries when the network or the server fails. A 4xx is final: the address
 * has expired or is wrong.
 *
 * @throws Error when the answer could not be delivered: Lambda then runs the event again, which is harmless.
 */
export async function sendAnswer(
  address: string,
  text: string,
  pause: (milliseconds: number) => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const status = await put(new URL(address), text).catch(() => 0);
    if (status >= 200 && status < 300) return;
    // The address is a capability: it stays out of the message.
    if (status >= 400 && status < 500)
      throw new Error(`cloudformation refused the answer with HTTP ${status}`);
    if (attempt === TRIES) throw new Error(`the answer could not be delivered in ${TRIES} tries`);
    await pause(250 * 4 ** attempt);
  }
}

function put(address: URL, text: string): Promise<number> {
  const request = address.protocol === 'http:' && isLoopback(address) ? httpRequest : httpsRequest;
  // The signature may cover an empty content type: any other would break it.
  const headers = { 'content-type': '', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const outgoing = request(address, {
      method: 'PUT',
      headers,
      signal: AbortSignal.timeout(TRY_TIMEOUT_MS),
    });
    outgoing.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}

/** Plain HTTP is for the tests of this file. */
function isLoopback(address: URL): boolean {
  return address.hostname === '127.0.0.1';
}
