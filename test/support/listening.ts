import type { AddressInfo, Server } from 'node:net';

/** Starts a server on a free port of loopback, and answers the port. */
export function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

/** An address of loopback that only this process uses: no other program can take a port of it between a look and a start. */
export const OWN_ADDRESS = `127.${128 + ((process.pid >> 16) & 63)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;
