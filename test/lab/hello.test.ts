import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { clientHello, isServerHello } from '../../lab/proxy/plan/hello';

/** What a TLS server makes of a hello: the name that it read, and the beginning of its answer. */
async function answerTo(name: string): Promise<{ name: string | undefined; answer: string }> {
  let read: string | undefined;
  const tls = createTlsServer({
    SNICallback: (asked, done) => {
      read = asked;
      done(null);
    },
  });
  tls.on('tlsClientError', () => undefined);
  const server = createServer((socket) => tls.emit('connection', socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as { port: number }).port, '127.0.0.1');
  client.write(Buffer.from(clientHello(name), 'latin1'));
  const [chunk] = (await once(client, 'data')) as [Buffer];
  client.destroy();
  server.close();
  return { name: read, answer: chunk.toString('latin1') };
}

describe('a hello with any bytes as server name', () => {
  test.each(['plain.example.net', 'a\n{"forged":1}\nb'])(
    'is one that a TLS library reads: %j',
    async (name) => {
      expect((await answerTo(name)).name).toBe(name);
    },
  );

  test('an alert is no greeting, a ServerHello is one', async () => {
    expect(isServerHello((await answerTo('plain.example.net')).answer)).toBe(false);
    expect(isServerHello('\x16\x03\x03\x00\x50\x02')).toBe(true);
    expect(isServerHello('')).toBe(false);
  });

  test('of more than 16 KiB is cut into records', () => {
    const bytes = clientHello('n'.repeat(40_000));
    const records: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.charCodeAt(at + 3) * 256 + bytes.charCodeAt(at + 4);
      records.push(length);
      at += 5 + length;
    }
    expect(records.length).toBe(3);
    expect(Math.max(...records)).toBe(16_384);
  });
});
