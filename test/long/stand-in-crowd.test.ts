import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RunningProxy } from './stand-in/proxy';
import type { Address } from './stand-in/send';
import { canBuild, cases, Stage } from './stand-in/stage';

/** What the unit gives iron-proxy, in bytes. */
const MEMORY = 448 * 1024 * 1024;
const CROWD = 2000;
const UNFINISHED = 'GET /repos/ironsh/iron-proxy/x HTTP/1.1\r\nHost: api.github.com\r\nX-Slow: ';

(canBuild() ? describe : describe.skip)('a crowd that never ends its requests', () => {
  const stage = new Stage();
  const held: Socket[] = [];
  beforeAll(() => stage.open(), 300_000);
  afterAll(async () => {
    for (const socket of held) socket.destroy();
    await stage.close();
  });

  test('keeps nobody out, and fits into the memory of a proxy box', async () => {
    const proxy = await stage.run('scout');
    const found = cases.find(({ id }) => id === 'scout-get');
    if (!found) throw new Error('no such case');
    const before = proxy.memory();
    for (let count = 0; count < CROWD; count += 1) {
      // Half of them wait inside TLS, a quarter on the CONNECT port, a quarter before they have said anything.
      const kind = count % 4;
      held.push(kind < 2 ? await insideTls(proxy, stage.ca) : await open(at(proxy, 'tunnel'), kind === 2));
    }
    expect(await stage.ask(proxy, found)).toEqual({ kind: 'agrees' });
    const memory = proxy.memory();
    process.stderr.write(
      `stand-in: ${Math.round(before / 1024 / 1024)} MiB at rest, ${Math.round(memory / 1024 / 1024)} MiB with ${CROWD} connections\n`,
    );
    expect(held.filter((socket) => socket.destroyed)).toEqual([]);
    expect(memory).toBeLessThan(MEMORY);
  }, 120_000);
});

function at(proxy: RunningProxy, door: 'https' | 'tunnel'): Address {
  const found = proxy.doors.get(door);
  if (!found) throw new Error(`no door ${door}`);
  return found;
}

async function open(address: Address, speaks: boolean): Promise<Socket> {
  const socket = connect(address);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  if (speaks) socket.write(UNFINISHED);
  return socket;
}

async function insideTls(proxy: RunningProxy, ca: string): Promise<Socket> {
  const socket = connectTls({ ...at(proxy, 'https'), ca, servername: 'api.github.com' });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  socket.write(UNFINISHED);
  return socket;
}
