import { UNSET } from '../../../constructs/names';

/** Fixed parts of a policy document, for the writer, the schema, the guardrails and the lab. */

/** Makes a request fail while the secret's value is the placeholder, by an index into an empty text (SEC-2). */
export const UNSET_LOCK = `{{ if eq .Value "${UNSET}" }}{{ index "" 0 }}{{ end }}`;

/** The front leads TLS here. */
export const HTTPS_LISTEN = '127.0.0.1:8443';
/** iron-proxy must have a port for plain HTTP; nothing leads here. */
export const HTTP_LISTEN = '127.0.0.1:8480';
export const METRICS_LISTEN = '127.0.0.1:9090';
/** The same of a second iron-proxy, which warden starts beside the one in force to change its policy. */
export const SECOND_LISTEN = { https: '127.0.0.1:8444', http: '127.0.0.1:8481', metrics: '127.0.0.1:9091' };

/** Where iron-proxy asks the gate, in gRPC's syntax. */
export const GATE_TARGET = 'unix:///run/airlock-gate/gate.sock';
export const BODIES_TARGET = 'unix:///run/airlock-gate/bodies.sock';

/**
 * iron-proxy buffers a whole body to sign it and to show it to the gate, and cuts what is longer. Bedrock accepts 25 MB at
 * most (Bedrock runtime API, `InvokeModel`), and a rule judges no larger body (body-schema.ts).
 */
export const BUFFERED_BODY_LIMIT = 32 * 1024 * 1024;

/** Ports of the box on which something listens. */
const LISTENING: readonly number[] = [
  53, 80, 443, 8080, 8404, 8405, 8406, 8443, 8444, 8480, 8481, 9090, 9091,
];

/** Nothing listens here, and `upstream_deny_cidrs` refuses the address too: plaintext can't leave (NET-6). */
export const CLOSED_PORT = 'http://127.0.0.1:9';

/** Whether an `http_proxy` address is a closed port of the box itself. */
export function isClosedPort(address: unknown): boolean {
  const port =
    typeof address === 'string' ? /^http:\/\/127\.0\.0\.1:([0-9]{1,5})\/?$/.exec(address)?.[1] : '0';
  return Number(port ?? 0) > 0 && !LISTENING.includes(Number(port));
}
