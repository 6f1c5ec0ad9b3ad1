import { writeFileSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Serving } from '../../lab/proxy/plan/cells';
import { sendFile } from '../../lab/proxy/programs/internet/files';
import { temporary } from '../support/temporary';

const directory = temporary();
const [file, other] = [join(directory, 'file'), join(directory, 'other')];
let serving: Serving;
let server: Server;

beforeAll(async () => {
  writeFileSync(file, 'a'.repeat(200_000));
  writeFileSync(other, 'b'.repeat(100));
  server = createServer((_, response) => sendFile(response, { host: '', path: '', file, other }, serving));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
});

function fetched(): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    get({ port, host: '127.0.0.1', agent: false }, (response) => {
      let bytes = 0;
      const end = (how: string) => resolve(`${response.statusCode}, ${bytes} bytes, ${how}`);
      response.on('data', (part: Buffer) => {
        bytes += part.length;
      });
      response.on('end', () => end('whole'));
      response.on('error', () => end('cut'));
    });
  });
}

test.each([
  ['whole', '200, 200000 bytes, whole'],
  ['missing', '404, 9 bytes, whole'],
  ['refused', '403, 10 bytes, whole'],
  ['cut', '200, 100001 bytes, cut'],
  ['another', '200, 100 bytes, whole'],
] as const)('a mirror that is asked to answer %s: %s', async (how, seen) => {
  serving = how;
  expect(await fetched()).toBe(seen);
});
