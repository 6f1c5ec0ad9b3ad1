import { type GateDecision, refusedAtGate } from './decision';
import type { GateRequest } from './request';

const NEED_LENGTH: readonly string[] = ['POST', 'PUT', 'PATCH'];
const WITHOUT_BODY: readonly string[] = [
  'GET',
  'HEAD',
  'DELETE',
  'OPTIONS',
  'MKCOL',
  'COPY',
  'MOVE',
  'UNLOCK',
];

/**
 * The refusal of a body whose length the gate can't count. iron-proxy shows the gate no sign of a body in chunks, so a method
 * that has a body needs a Content-Length, and a method that has none must announce none.
 */
export function wrongFraming({ method, headers }: GateRequest): GateDecision | undefined {
  const [length, ...more] = headers.framing.get('content-length') ?? [];
  if (length === undefined) {
    return NEED_LENGTH.includes(method)
      ? refusedAtGate(
          'gate',
          `a ${method} needs a Content-Length, 0 for no body: a body in chunks is not passed on`,
          { status: 411 },
        )
      : undefined;
  }
  if (more.length > 0 || !/^[0-9]{1,15}$/.test(length))
    return refusedAtGate('gate', 'Content-Length is not one number', { status: 400 });
  return WITHOUT_BODY.includes(method) && Number(length) > 0
    ? refusedAtGate('gate', `a ${method} must carry no body`, { status: 400 })
    : undefined;
}
