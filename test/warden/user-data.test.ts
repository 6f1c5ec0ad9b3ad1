import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { proxyUserData } from '../../constructs/proxy/user-data';
import { temporary } from '../support/temporary';
import { sha256 } from './support/policy';
import { program, put } from './support/temporary';
import { testWith } from './support/tools';

const text = proxyUserData({ stack: 'airlock', agent: 'scout' });

/** The same text with every absolute path of ours below `root`. */
const moved = (root: string, script: string) =>
  script.replace(/\/(etc|var|opt)\/(airlock|systemd|log)\b/g, `${root}/$1/$2`);

function run(root: string, script: string, ...words: string[]): { status: number | null; said: string } {
  const file = put(root, 'script', moved(root, script), 0o755);
  const { status, stdout, stderr } = spawnSync(file, words, {
    encoding: 'utf8',
    env: { PATH: `${root}/bin:/usr/bin:/bin`, ROOT: root, AIRLOCK_PARAMETER: '/airlock/scout/box' },
  });
  return { status, said: stdout + stderr };
}

describe('a proxy box’s user data', () => {
  test('CHG-1 is what it always was: another text would stop and start every box there is', () => {
    expect(sha256(text)).toBe('c72af1f946662433a29b03ff004239f4f3bd1e41272308f756ac898971f695c4');
  });

  test('names its box and nothing that changes', () => {
    expect(text).toContain('AIRLOCK_PARAMETER=/airlock/scout/box\n');
    expect(text).not.toMatch(/@[A-Z]+@|(?<![\d.])\d+\.\d+\.\d+(?![\d.])/);
    expect(Buffer.byteLength(text)).toBeLessThan(8 * 1024);
    expect(
      proxyUserData({ stack: 'other', agent: 'x' }).replace(/other/g, 'airlock').replace(/\bx\b/g, 'scout'),
    ).toHaveLength(text.length);
  });

  test.each(['', 'a b', 'a;reboot', '$(x)', 'a\nb', "a'b", 'A_B', '-a', 'é', `a${'b'.repeat(200)}`])(
    'refuses the name %j',
    (name) => {
      expect(() => proxyUserData({ stack: 'airlock', agent: name })).toThrow(
        /agent: ".*" must begin with a letter/s,
      );
      expect(() => proxyUserData({ stack: name, agent: 'scout' })).toThrow(/stack/);
    },
  );

  testWith('shellcheck')('is clean shell', () => {
    const script = text.replace(/^#cloud-boothook\n/, '');
    const checked = spawnSync('shellcheck', ['-'], { input: script, encoding: 'utf8' });
    expect({ status: checked.status, said: checked.stdout }).toEqual({ status: 0, said: '' });
  });

  test('runs at every boot and leaves the same behind', () => {
    const root = temporary();
    program(root, 'systemctl', 'echo "$*" >>"$ROOT/calls"');
    put(root, 'etc/systemd/system/.keep', '');
    const script = text.replace(/^#cloud-boothook\n/, '');
    const first = run(root, script);
    const left = () => readFileSync(join(root, 'etc/airlock/bootstrap.sh'), 'utf8');
    const before = left();
    const second = run(root, script);
    expect([first, second]).toEqual([
      { status: 0, said: '' },
      { status: 0, said: '' },
    ]);
    expect(left()).toBe(before);
    expect(readFileSync(join(root, 'calls'), 'utf8').split('\n').slice(0, 3)).toEqual([
      'daemon-reload',
      'enable airlock-bootstrap.service',
      'start --no-block airlock-bootstrap.service',
    ]);
  });
});

describe('the bootstrap', () => {
  const bootstrap = readFileSync(join(__dirname, '../../constructs/proxy/boot/bootstrap.sh'), 'utf8');
  const WARDEN = "require('node:fs').writeFileSync(process.env.ROOT + '/installed', process.argv[2]);";
  const manifest = (overrides: object = {}) =>
    JSON.stringify({ warden: { bucket: 'assets', key: 'w.cjs', sha256: sha256(WARDEN), ...overrides } });

  /** A new box whose programs are stand-ins. */
  function box({ parameter = manifest(), dnf = 'exit 0', node = 'node-22' } = {}): string {
    const root = temporary();
    put(root, 'parameter', parameter);
    put(root, 'object', WARDEN);
    program(root, 'systemctl', 'exit 0');
    program(root, 'dnf', dnf);
    program(root, 'curl', 'case "$*" in *region*) echo us-east-1 ;; *) echo token ;; esac');
    program(
      root,
      'aws',
      'case "$1" in ssm) cat "$ROOT/parameter" ;; s3) cp "$ROOT/object" "${@: -1}" ;; esac',
    );
    program(root, node, `exec ${process.execPath} "$@"`);
    return root;
  }

  test.each(['node-22', 'node'])('puts warden in place and hands over, with Node as %s', (node) => {
    const root = box({ node });
    expect(run(root, bootstrap, 'once')).toEqual({ status: 0, said: '' });
    expect(readFileSync(join(root, 'installed'), 'utf8')).toBe('install');
    expect(readlinkSync(join(root, 'opt/airlock/warden/current'))).toBe(sha256(WARDEN));
    expect(run(root, bootstrap, 'once').status).toBe(0);
  });

  test.each([
    ['no packages yet', { dnf: 'exit 1' }],
    ['another digest', { parameter: manifest({ sha256: sha256('x') }) }],
    ['a digest that is none', { parameter: manifest({ sha256: '../../x' }) }],
    ['a bucket that is shell', { parameter: manifest({ bucket: '$(reboot)' }) }],
    ['a key that is an option', { parameter: manifest({ key: 'a --x' }) }],
    ['a key over two lines', { parameter: manifest({ key: 'a\nb' }) }],
    ['no manifest', { parameter: '' }],
    ['garbage', { parameter: '{' }],
  ])('puts nothing in place with %s', (_, options) => {
    const root = box(options);
    expect(run(root, bootstrap, 'once').status).not.toBe(0);
    expect(existsSync(join(root, 'opt/airlock/warden/current'))).toBe(false);
  });

  test('tries again until it works', () => {
    const root = box({ dnf: 'echo >>"$ROOT/tries"; [[ $(wc -l <"$ROOT/tries") -ge 3 ]]' });
    program(root, 'sleep', 'echo "$1" >>"$ROOT/slept"');
    expect(run(root, bootstrap).status).toBe(0);
    expect(readFileSync(join(root, 'slept'), 'utf8')).toBe('5\n10\n');
    expect(existsSync(join(root, 'installed'))).toBe(true);
  });
});
