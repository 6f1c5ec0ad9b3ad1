import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SOFTWARE_LOCK } from '../../lib/config/config-files';
import { type PinSoftwareOptions, pinSoftware } from '../../lib/operations/pin-software';
import { IRON_PROXY } from '../../lib/pinned-versions';
import { temporary } from '../support/temporary';
import { ReleaseServer } from './release-server';

const openpgp = require('openpgp');

const ARCHIVE_NAME = 'iron-proxy_0.50.0_linux_arm64.tar.gz';
const ARCHIVE = Buffer.from('an archive, as far as a digest can tell');
const DIGEST = createHash('sha256').update(ARCHIVE).digest('hex');
const SUMS = `${'a'.repeat(64)}  iron-proxy_0.50.0_linux_amd64.tar.gz\n${DIGEST}  ${ARCHIVE_NAME}\n`;
const MIRROR = 'https://mirror.example.com';
const NOW = new Date('2026-11-20T12:00:00Z');
const DAY = 24 * 3600;

interface Keys {
  readonly armored: string;
  readonly secret: unknown;
  readonly fingerprint: string;
}

async function makeKeys(more: object = {}): Promise<Keys> {
  const { publicKey, privateKey } = await openpgp.generateKey({
    userIDs: [{ name: 'Releases', email: 'releases@example.com' }],
    date: new Date('2026-06-01T00:00:00Z'),
    keyExpirationTime: 365 * DAY,
    format: 'object',
    ...more,
  });
  const fingerprint = publicKey.getFingerprint().toUpperCase();
  return { armored: publicKey.armor(), secret: privateKey, fingerprint };
}

const sign = async (text: string, keys = [ours], date = new Date('2026-09-01T00:00:00Z')): Promise<string> =>
  openpgp.sign({
    message: await openpgp.createMessage({ binary: Buffer.from(text) }),
    signingKeys: keys.map(({ secret }) => secret),
    detached: true,
    date,
  });

let ours: Keys;
let theirs: Keys;
let directory: string;
let server: ReleaseServer;
beforeAll(async () => {
  [ours, theirs] = await Promise.all([makeKeys(), makeKeys()]);
});
beforeEach(async () => {
  directory = temporary();
  server = await new ReleaseServer().open();
  await publish(SUMS);
  writeFileSync(join(directory, 'key.asc'), ours.armored);
});
afterEach(async () => {
  await server.close();
});

async function publish(sums: string, keys = ours): Promise<void> {
  server.files.set('checksums.txt', sums);
  server.files.set('checksums.txt.asc', await sign(sums, [keys]));
  server.files.set(ARCHIVE_NAME, ARCHIVE);
}

const lockPath = () => join(directory, SOFTWARE_LOCK);
const readLock = () => JSON.parse(readFileSync(lockPath(), 'utf8'));
const pin = (more: Partial<PinSoftwareOptions> = {}) =>
  pinSoftware({
    directory,
    keyFile: join(directory, 'key.asc'),
    baseUrl: `${MIRROR}/v{version}`,
    fetch: (address, init) => fetch(String(address).replace(MIRROR, server.origin), init),
    now: () => NOW,
    ...more,
  });

type Refusal = [reason: string, message: RegExp, more?: Partial<PinSoftwareOptions>];
/** Nothing is written, not even a temporary file. */
async function expectRefused(...[reason, message, more]: Refusal): Promise<void> {
  const before = readdirSync(directory);
  const said = { message: expect.stringMatching(message), fix: expect.stringMatching(/\S/) };
  expect(await pin(more)).toMatchObject({ reason, ...said });
  expect(readdirSync(directory)).toEqual(before);
}

test('a release whose signature and digest hold is pinned', async () => {
  const url = `${MIRROR}/v0.50.0/${ARCHIVE_NAME}`;
  const release = { version: '0.50.0', url, sha256: DIGEST, signedBy: ours.fingerprint };
  expect(await pin()).toEqual({ reason: 'pinned', release, before: undefined });
  expect(readLock()).toEqual({ ironProxy: release });
  expect(server.asked).toEqual(
    ['checksums.txt', 'checksums.txt.asc', ARCHIVE_NAME].map((name) => `/v0.50.0/${name}`),
  );
});

test('pinning the same release again writes nothing', async () => {
  await pin();
  const { mtimeMs, ino } = statSync(lockPath());
  expect(await pin()).toMatchObject({ reason: 'current', before: { version: '0.50.0' } });
  expect(statSync(lockPath())).toMatchObject({ mtimeMs, ino });
});

test('another version replaces the pin and says what was there', async () => {
  await pin();
  await publish(SUMS.replaceAll('0.50.0', '0.51.0'));
  server.files.set(ARCHIVE_NAME.replace('0.50.0', '0.51.0'), ARCHIVE);
  expect(await pin({ version: 'v0.51.0' })).toMatchObject({
    reason: 'pinned',
    release: { version: '0.51.0' },
    before: { version: '0.50.0' },
  });
});

describe('the signature', () => {
  test('of somebody else is refused', async () => {
    server.files.set('checksums.txt.asc', await sign(SUMS, [theirs]));
    await expectRefused('signature-invalid', new RegExp(`is not signed by ${ours.fingerprint}`));
    expect(server.asked).not.toContain(`/v0.50.0/${ARCHIVE_NAME}`);
  });

  test.each([
    ['over other bytes', async () => sign(`${SUMS} `)],
    ['that is no signature', async () => 'nonsense'],
    ['that is empty', async () => ''],
    ['from the future', async () => sign(SUMS, [ours], new Date('2026-12-24T00:00:00Z'))],
    [
      'made before the key',
      async () => sign(SUMS, [await makeKeys({ date: new Date('2020-01-01'), keyExpirationTime: 0 })]),
    ],
  ])('%s is refused', async (_, make) => {
    server.files.set('checksums.txt.asc', await make());
    await expectRefused('signature-invalid', /checksums\.txt is not signed by/);
  });

  test('beside one of somebody else is enough', async () => {
    server.files.set('checksums.txt.asc', await sign(SUMS, [theirs, ours]));
    expect((await pin()).reason).toBe('pinned');
  });
});

describe('the key file', () => {
  const use = (text: string) => writeFileSync(join(directory, 'key.asc'), text);

  test('with an expired key is refused, although the key signed while it was valid', async () => {
    const expired = await makeKeys({ date: new Date('2025-01-01T00:00:00Z') });
    use(expired.armored);
    server.files.set('checksums.txt.asc', await sign(SUMS, [expired], new Date('2025-06-01T00:00:00Z')));
    await expectRefused('key-unusable', new RegExp(`${expired.fingerprint}, which expired on 2026-01-01$`));
  });

  test('with a revoked key is refused', async () => {
    const date = new Date('2026-10-01');
    use((await openpgp.revokeKey({ key: ours.secret, date, format: 'armored' })).publicKey);
    await expectRefused('key-unusable', /which was revoked$/);
  });

  test('with a key from the future is refused', async () => {
    use((await makeKeys({ date: new Date('2027-01-01') })).armored);
    await expectRefused('key-unusable', /can't sign today|which/);
  });

  test.each([
    ['nonsense', () => 'nonsense', /holds no OpenPGP public key/],
    ['nothing', () => '', /holds no OpenPGP public key/],
    ['a private key', () => (ours.secret as { armor(): string }).armor(), /holds a private key/],
    ['too much', () => 'x'.repeat(300_000), /is too large/],
  ])('with %s is refused', async (_, text, message) => {
    use(text());
    await expectRefused('key-unusable', message);
    expect(server.asked).toEqual([]);
  });

  test('that does not exist is refused', async () => {
    await expectRefused('key-unusable', /can't be read \(ENOENT\)$/, { keyFile: join(directory, 'none') });
  });

  test('with another key than the lock’s is refused until a person names its fingerprint', async () => {
    await pin();
    use(theirs.armored);
    await publish(SUMS, theirs);
    const message = `holds ${theirs.fingerprint}, and ${ours.fingerprint} is expected`;
    await expectRefused('key-unexpected', new RegExp(message));
    const spaced = theirs.fingerprint.toLowerCase().replace(/(.{4})/g, '$1 ');
    expect((await pin({ fingerprint: spaced })).reason).toBe('pinned');
    expect(readLock().ironProxy.signedBy).toBe(theirs.fingerprint);
  });

  test('must hold the key that was asked for', async () => {
    await expectRefused('key-unexpected', /is expected/, { fingerprint: theirs.fingerprint });
  });
});

describe('the checksums', () => {
  const [other = ''] = SUMS.split('\n');
  const longer = SUMS.replace(`  ${ARCHIVE_NAME}`, `  old-${ARCHIVE_NAME}`);
  test.each([
    ['without the archive’s line', other, /do not name iron-proxy_0\.50\.0_linux_arm64/],
    ['with a line that only ends like it', longer, /do not name/],
    ['with half a digest', SUMS.replace(DIGEST, DIGEST.slice(1)), /do not name/],
    ['with two digests for it', `${SUMS}${'b'.repeat(64)}  ${ARCHIVE_NAME}\n`, /name iron-proxy_.* twice/],
    ['of another version', SUMS.replaceAll('0.50.0', '0.49.0'), /do not name/],
    ['that are empty', '', /do not name/],
  ])('%s are refused', async (_, sums, message) => {
    await publish(sums);
    await expectRefused('checksum-missing', message);
  });

  test('with Windows line ends, a binary mark and a repeated line are read', async () => {
    await publish(`${DIGEST.toUpperCase()} *${ARCHIVE_NAME}\r\n${DIGEST} *${ARCHIVE_NAME}\r\n`);
    expect((await pin()).reason).toBe('pinned');
  });
});

describe('the archive', () => {
  test('that was tampered with is refused', async () => {
    server.files.set(ARCHIVE_NAME, Buffer.concat([ARCHIVE, Buffer.from('!')]));
    await expectRefused('archive-mismatch', new RegExp(`its signed checksum is ${DIGEST}$`));
  });

  test.each([{ 'content-length': ARCHIVE.length }, {}])(
    'that breaks off after %j is refused',
    async (headers) => {
      server.files.set(ARCHIVE_NAME, (_, response) => {
        response.writeHead(200, headers);
        response.write(ARCHIVE.subarray(0, 9), () => response.destroy());
      });
      await expectRefused('download-failed', /connection failed/);
    },
  );

  test('that says it is huge is refused before it is read', async () => {
    server.files.set(ARCHIVE_NAME, (_, response) => {
      response.writeHead(200, { 'content-length': 2 ** 40 }).flushHeaders();
    });
    await expectRefused('download-failed', /larger than 268435456 bytes$/);
  });
});

test('an endless file is cut off at its limit', async () => {
  server.files.set('checksums.txt', (_, response) => {
    const more = () => response.destroyed || response.write('x'.repeat(16_384), more);
    response.writeHead(200);
    more();
  });
  await expectRefused('download-failed', /checksums\.txt: larger than 65536 bytes$/);
});

describe('the address', () => {
  test('may redirect, and the lock keeps the address that was asked', async () => {
    server.files.set(ARCHIVE_NAME, (request, response) => {
      if (request.url?.includes('/elsewhere/')) response.end(ARCHIVE);
      else response.writeHead(302, { location: `/elsewhere/${ARCHIVE_NAME}` }).end();
    });
    await pin();
    expect(readLock().ironProxy.url).toBe(`${MIRROR}/v0.50.0/${ARCHIVE_NAME}`);
  });

  const plain = /leads to "http:\/\/mirror\.example\.com", which is not HTTPS on port 443$/;
  const otherPort = /leads to .*:8443", which is not HTTPS on port 443$/;
  test.each([
    ['in a circle', () => '', /more than 5 redirects$/],
    ['to plain HTTP', () => 'http://mirror.example.com/x', plain],
    ['to this machine', () => server.origin, /leads to "http:\/\/127\.0\.0\.1:\d+", which is not HTTPS/],
    ['to another port', () => 'https://mirror.example.com:8443/x', otherPort],
    ['to a file', () => 'file:///etc/passwd', /leads to "file:\/\/", which is not HTTPS on port 443$/],
    ['nowhere', () => 'http://[', /redirects to no address$/],
  ])('is refused when it redirects %s', async (_, location, message) => {
    server.files.set('checksums.txt', (_request, response) => {
      response.writeHead(302, { location: location() }).end();
    });
    await expectRefused('download-failed', message);
  });

  test.each([
    ...['http://mirror.example.com/', 'ftp://mirror.example.com/', 'https://user:pass@mirror.example.com/'],
    ...[
      'https://mirror.example.com/?a=b',
      'https://mirror.example.com:8443/',
      "https://mirror.example.com/'/",
    ],
    ...['http://127.0.0.1/', 'mirror'],
  ])('%s is refused as a mirror', async (baseUrl) => {
    await expectRefused('bad-option', /is not an address releases are taken from$/, { baseUrl });
  });

  test('that answers 404 is refused', async () => {
    server.files.delete('checksums.txt.asc');
    await expectRefused('download-failed', /checksums\.txt\.asc: HTTP 404$/);
  });

  test('that nobody listens at is refused', async () => {
    const closed = await new ReleaseServer().open();
    const { origin } = closed;
    await closed.close();
    await expectRefused('download-failed', /connection failed \(ECONNREFUSED\)$/, {
      fetch: (address, init) => fetch(String(address).replace(MIRROR, origin), init),
    });
  });

  test('is the release’s own by default', async () => {
    const asked: string[] = [];
    await pin({
      baseUrl: undefined,
      fetch: (async (address: string) => {
        asked.push(address);
        return new Response(null, { status: 404 });
      }) as typeof globalThis.fetch,
    });
    expect(asked).toEqual([`${IRON_PROXY.repository}/releases/download/v0.50.0/checksums.txt`]);
  });
});

test.each(['latest', '../../x', '0.50', '0.50.0/..', '1.0.0 '])('version %j is refused', async (version) => {
  await expectRefused('bad-option', /is not a release$/, { version });
});

describe('the lock', () => {
  test.each([
    ['is not JSON', 'nonsense', /software\.lock\.json is not JSON$/],
    ['has another shape', '{"ironProxy":{"version":"latest"}}', /is wrong at ironProxy\.version/],
    ['is huge', `"${'x'.repeat(300_000)}"`, /is larger than/],
  ])('that %s is refused, and left alone', async (_, text, message) => {
    writeFileSync(lockPath(), text);
    await expectRefused('lock-unreadable', message);
    expect(readFileSync(lockPath(), 'utf8')).toBe(text);
  });

  test('that is a link out of the directory is refused', async () => {
    symlinkSync('/etc/hosts', lockPath());
    await expectRefused('lock-unreadable', /is a link/);
  });

  test('needs its directory', async () => {
    const message = expect.stringMatching(/has no directory$/);
    const none = join(directory, 'none');
    expect(await pin({ directory: none })).toMatchObject({ reason: 'lock-unreadable', message });
  });
});
