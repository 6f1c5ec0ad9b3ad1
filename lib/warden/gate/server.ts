import { chmod, rm } from 'node:fs/promises';
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { SERVICE } from './messages';
import type { Gate } from './service';

/** Calls that are answered at once; others wait in iron-proxy. With the message limit it bounds the gate's memory. */
const CALLS = 64;
/** iron-proxy's server reads a head of 1 MiB at most, and shows it once more beside the response's. */
const MESSAGE_BYTES = 3 * 1024 * 1024;

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
export async function serveGate(gate: Gate, socket: string): Promise<Server> {
  const server = new Server({
    'grpc.max_receive_message_length': MESSAGE_BYTES,
    'grpc.max_concurrent_streams': CALLS,
  });
  server.addService(DEFINITION, {
    transformRequest: unary((message) => gate.request(message)),
    transformResponse: unary(async (message) => gate.response(message)),
  });
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
