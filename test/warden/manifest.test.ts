import type { BoxManifest } from '../../constructs/proxy/box-manifest';
import { readManifest } from '../../lib/warden/manifest';
import { type Document, sha256 } from './support/policy';

const sound: BoxManifest = {
  format: 1,
  stack: 'airlock',
  agent: 'scout',
  policy: { parameters: ['/airlock/scout/policy/1'], sha256: sha256('policy') },
  ca: {
    certificateParameter: '/airlock/scout/ca/certificate',
    keyParameter: '/airlock/scout/ca/private-key',
  },
  warden: { bucket: 'cdk-assets-111122223333-us-east-1', key: 'abc.cjs', sha256: sha256('warden') },
  ironProxy: {
    version: '0.50.0',
    url: 'https://downloads.example.com/iron-proxy.tar.gz',
    sha256: sha256('archive'),
  },
};
const read = (text: string) => readManifest(text, 'airlock', 'scout');

describe('the box parameter', () => {
  test('is read as it was written', () => {
    expect(read(JSON.stringify(sound))).toEqual({ ok: true, manifest: sound });
  });

  const refused: readonly [string, (manifest: Document) => unknown, code?: string][] = [
    ['another format', (m) => (m.format = 2)],
    ['another agent', (m) => (m.agent = 'other'), 'manifest-foreign'],
    ['another stack', (m) => (m.stack = 'other'), 'manifest-foreign'],
    ['no policy', (m) => delete m.policy],
    ['no policy parts', (m) => (m.policy.parameters = [])],
    ['a policy part twice', (m) => m.policy.parameters.push(m.policy.parameters[0])],
    ['a policy part of another agent', (m) => m.policy.parameters.push('/airlock/other/policy/1')],
    ['a policy digest that is none', (m) => (m.policy.sha256 = 'x')],
    ['a key of another agent', (m) => (m.ca.keyParameter = '/airlock/other/ca/private-key')],
    ['a bucket that is a path', (m) => (m.warden.bucket = '../x')],
    ['a warden digest in capitals', (m) => (m.warden.sha256 = m.warden.sha256.toUpperCase())],
    ['a version that is a path', (m) => (m.ironProxy.version = '../../etc')],
    ['an address without TLS', (m) => (m.ironProxy.url = 'http://downloads.example.com/x')],
    ['an address with a name in it', (m) => (m.ironProxy.url = 'https://a@b/x')],
  ];

  test.each(refused)('is refused with %s', (_, spoil, code = 'manifest-invalid') => {
    const manifest = structuredClone(sound) as Document;
    spoil(manifest);
    expect(read(JSON.stringify(manifest))).toMatchObject({ ok: false, reason: { code } });
  });

  test.each(['', 'null', '[]', '"x"', '{', '1e999', '{"__proto__":{"format":1}}'])(
    'is refused as %s',
    (text) => {
      expect(read(text)).toMatchObject({ ok: false });
    },
  );
});
