import { connect, createServer, type Server, type Socket } from 'node:net';
import { connectServer } from '../../../lib/warden/connect/answerer';
import { RefusalLog } from '../../../lib/warden/connect/refusal-log';
import { listening } from '../../support/listening';
import { until } from '../../support/until';

const LIMITS = { connections: 3, headMilliseconds: 60_000, idleMilliseconds: 2_000 };
const servers: Server[] = [];
let told: string[] = [];
const log = new RefusalLog((line) => told.push(line));

function opened(server: Server): Promise<number> {
  servers.push(server);
  return listening(server);
}

/** The answerer before a front that sends back what it gets. */
async function answerer(limits = LIMITS): Promise<number> {
  const port = await opened(createServer((socket) => socket.on('error', () => undefined).pipe(socket)));
  return opened(connectServer({ host: '127.0.0.1', port }, limits, log));
}

/** Everything that comes back until the connection ends. */
function said(port: number, begin: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => begin(socket));
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(text));
  });
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  told = [];
});

const OPEN = 'CONNECT api.github.com:443 HTTP/1.1\r\n\r\n';
const OPENED = 'HTTP/1.1 200 Connection Established\r\n\r\n';

test('leads what follows a CONNECT to the front, and ends a tunnel in which nothing moves', async () => {
  const port = await answerer();
  expect(await said(port, (socket) => socket.write(`${OPEN}hello`))).toBe(`${OPENED}hello`);
});

test('CAP-1 ends a head that never ends after its time, however its bytes come', async () => {
  const port = await answerer({ ...LIMITS, headMilliseconds: 300 });
  const answer = await said(port, (socket) => {
    const drip = setInterval(() => socket.write('C'), 50);
    socket.once('close', () => clearInterval(drip));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});

test('CAP-1 keeps nothing of 200 MB of head: it refuses, and lets go of the connection', async () => {
  const port = await answerer();
  const before = process.memoryUsage().rss;
  let sent = 0;
  await said(port, (socket) => {
    const lot = Buffer.alloc(1 << 20, 'x');
    const more = () => {
      while (sent < 200 && !socket.destroyed) {
        sent += 1;
        if (!socket.write(lot)) return void socket.once('drain', more);
      }
    };
    more();
  });
  expect(sent).toBeLessThan(200);
  expect(process.memoryUsage().rss - before).toBeLessThan(64 << 20);
});

test('CAP-1 takes no more connections at a time than its limit, and takes new ones when old ones end', async () => {
  const port = await answerer();
  const held = await Promise.all(
    [1, 2, 3].map(
      () =>
        new Promise<Socket>((resolve) =>
          connect(port, '127.0.0.1', function open(this: Socket) {
            resolve(this);
          }),
        ),
    ),
  );
  expect(await said(port, (socket) => socket.write(OPEN))).toBe('');
  for (const socket of held) socket.on('error', () => undefined).destroy();
  await until(async () => (await said(port, (socket) => socket.write(OPEN))) === OPENED);
});

test.each([
  ['another port', 'CONNECT 169.254.169.254:80 HTTP/1.1', 403],
  ['another method', 'GET http://a.example/ HTTP/1.1', 405],
  ['bytes that end a text', '"},\x00\xff{"record":"signal"}', 400],
])(
  'LOG-1 LOG-2 writes a line of each refusal, in which the request is a text: %s',
  async (_, asked, status) => {
    const port = await answerer();
    await said(port, (socket) => socket.write(Buffer.from(`${asked}\r\n\r\n`, 'latin1')));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^\{"time":[\x20-\x7e]{1,1000}\}\n$/);
    expect(JSON.parse(told[0] as string)).toMatchObject({
      port: '8080',
      refused: 'connect',
      times: 1,
      status,
      asked,
    });
  },
);

test('CAP-1 writes few lines of a flood, and loses no refusal of it', () => {
  vi.useFakeTimers();
  try {
    const flood = new RefusalLog((line) => told.push(line));
    for (let second = 0; second < 3600; second += 1) {
      for (let each = 0; each < 20; each += 1) flood.tell(Buffer.from('CONNECT a:1 HTTP/1.1'), 403, 'x');
      vi.advanceTimersByTime(1000);
    }
    expect(told.length).toBeLessThan(1000);
    const times = told.map((line) => JSON.parse(line).times);
    expect(times.reduce((sum, each) => sum + each)).toBe(72_000);
  } finally {
    vi.useRealTimers();
  }
});
