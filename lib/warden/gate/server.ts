import { chmod, rm } from 'node:fs/promises';
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { collectAfter } from './collect';
import { RESPONSE_ANSWER, SERVICE } from './messages';
import type { Gate } from './service';

/** Calls that are answered at once; others wait in iron-proxy. With the message limit it bounds the gate's memory. */
const CALLS = 64;
/** iron-proxy's server reads a head of 1 MiB at most, and shows it once more beside the response's. */
const MESSAGE_BYTES = 3 * 1024 * 1024;
/** A judged body beside the head. */
const BODY_BYTES = MESSAGE_BYTES + 33 * 1024 * 1024;

const same = (bytes: Buffer): Buffer => bytes;
const method = (name: string) => ({
  path: `${SERVICE}/${name}`,
  requestStream: false,
  responseStream: false,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});
const DEFINITION: ServiceDefinition = {
  transformRequest: method('TransformRequest'),
  transformResponse: method('TransformResponse'),
};

/**
 * Serves the gate on a Unix socket. Who may connect is decided by the socket's directory.
 *
 * @returns the server, which listens
 */
export function serveGate(gate: Gate, socket: string): Promise<Server> {
  return serve(
    socket,
    MESSAGE_BYTES,
    CALLS,
    (message) => gate.request(message),
    async (message) => gate.response(message),
  );
}

/** Serves the judge of bodies: one at a time, because each may be large. iron-proxy lets the others wait. */
export function serveBodies(gate: Gate, socket: string): Promise<Server> {
  return serve(
    socket,
    BODY_BYTES,
    1,
    (message) => gate.body(message).finally(() => collectAfter(message.length)),
    async () => RESPONSE_ANSWER,
  );
}

async function serve(
  socket: string,
  messageBytes: number,
  calls: number,
  request: (message: Buffer) => Promise<Buffer>,
  response: (message: Buffer) => Promise<Buffer>,
): Promise<Server> {
  const server = new Server({
    'grpc.max_receive_message_length': messageBytes,
    'grpc.max_concurrent_streams': calls,
  });
  server.addService(DEFINITION, { transformRequest: unary(request), transformResponse: unary(response) });
  // A killed gate leaves its socket behind.
  await rm(socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), (error) =>
      error === null ? resolve() : reject(error),
    );
  });
  await chmod(socket, 0o666);
  return server;
}

/** An error's message could quote the request, so none is sent: iron-proxy would write it into its log. */
function unary(answer: (message: Buffer) => Promise<Buffer>): handleUnaryCall<Buffer, Buffer> {
  return ({ request }, callback) => {
    answer(request).then(
      (bytes) => callback(null, bytes),
      () => callback({ code: status.INVALID_ARGUMENT, details: 'the gate could not read the message' }),
    );
  };
}
