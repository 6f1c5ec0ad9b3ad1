import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';

/** A made-up credential in a file of the agent host. */
export interface Canary {
  /** Where it lies and what it looks like, such as `state-github`: what records say of it. */
  readonly id: string;
  /** `state`: the agent's home on its state volume; `host`: the root disk. */
  readonly place: 'state' | 'host';
  /** Relative to the agent's home, or to `/`. */
  readonly path: string;
  /** The whole file. */
  readonly text: string;
  /** The random parts of it, each of at least 16 characters. */
  readonly values: readonly string[];
}

type Kind = Pick<Canary, 'path' | 'text' | 'values'>;

const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ALPHANUMERIC = `${UPPER}${UPPER.toLowerCase()}0123456789`;

const random = (alphabet: string, length: number) =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

/** A profile of its own, so that no AWS client takes it unasked. */
function aws(): Kind {
  const [id, secret] = [random(`${UPPER}234567`, 16), random(`${ALPHANUMERIC}+/`, 40)];
  return {
    path: '.aws/credentials',
    text: `[backup]\naws_access_key_id = AKIA${id}\naws_secret_access_key = ${secret}\n`,
    values: [id, secret],
  };
}

/** Git reads no such file unless it is told to. */
function github(): Kind {
  const token = random(ALPHANUMERIC, 36);
  return { path: '.git-credentials', text: `https://backup:ghp_${token}@github.com\n`, values: [token] };
}

function apiKey(): Kind {
  const key = random(`${ALPHANUMERIC}-_`, 93);
  return { path: '.env', text: `ANTHROPIC_API_KEY=sk-ant-api03-${key}AA\n`, values: [key] };
}

/** A real key pair in OpenSSH's format (PROTOCOL.key of its source), which no machine knows. */
function ssh(): Kind {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const [d = '', x = ''] = [privateKey.export({ format: 'jwk' }).d, publicKey.export({ format: 'jwk' }).x];
  const [seed, open] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const field = (bytes: string | Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, Buffer.from(bytes)]);
  };
  const check = randomBytes(4);
  const type = field('ssh-ed25519');
  const secret = [check, check, type, field(open), field(Buffer.concat([seed, open])), field('backup')];
  const size = Buffer.concat(secret).length;
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, -size & 7));
  const count = Buffer.from([0, 0, 0, 1]);
  const whole = Buffer.concat([
    ...[Buffer.from('openssh-key-v1\0'), field('none'), field('none'), field(''), count],
    field(Buffer.concat([type, field(open)])),
    field(Buffer.concat([...secret, padding])),
  ]).toString('base64');
  const lines = whole.match(/.{1,70}/g) ?? [];
  return {
    path: '.ssh/id_ed25519',
    text: ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----\n'].join('\n'),
    // The secret half: bytes 161 to 192, on one line.
    values: [whole.slice(216, 256)],
  };
}

const KINDS = { aws, github, 'api-key': apiKey, ssh };
/** Programs look for keys of their own in the home itself, so what they would use unasked lies deeper. */
const DIRECTORIES: Readonly<Record<Canary['place'], (path: string) => string>> = {
  state: (path) => (/^\.(aws|ssh)\//.test(path) ? path : `backup/${path}`),
  host: (path) => `srv/deploy/${path}`,
};

/** One of each kind for each place, all values new. */
export function makeCanaries(): Canary[] {
  return (['state', 'host'] as const).flatMap((place) =>
    Object.entries(KINDS).map(([name, make]) => {
      const { path, ...rest } = make();
      return { id: `${place}-${name}`, place, path: DIRECTORIES[place](path), ...rest };
    }),
  );
}
