import type { AddressInfo, Server } from 'node:net';

/** Starts a server on a free port of loopback, and answers the port. */
export function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
