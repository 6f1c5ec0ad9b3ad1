import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { findProxyProgram } from '../../lab/proxy/run/proxy-program';
import { IRON_PROXY } from '../../lib/pinned-versions';
import { temporary } from '../support/temporary';

const MODULE = 'github.com/ironsh/iron-proxy';
const hasGo = spawnSync('go', ['version']).status === 0;
const goTest = hasGo ? test : test.skip;
const go = hasGo ? execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim() : '';

/** A directory that Go reads as a module proxy (`go help goproxy`), with a program that only says its version. */
function moduleProxy(directory: string): string {
  const at = `${MODULE}@v${IRON_PROXY.version}`;
  const files = {
    'go.mod': `module ${MODULE}\n\ngo 1.21\n`,
    'cmd/iron-proxy/main.go':
      'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("from-the-module-proxy") }\n',
  };
  const zip = zipSync(
    Object.fromEntries(Object.entries(files).map(([name, text]) => [`${at}/${name}`, strToU8(text)])),
  );
  const versions = join(directory, MODULE, '@v');
  mkdirSync(versions, { recursive: true });
  const version = join(versions, `v${IRON_PROXY.version}`);
  writeFileSync(
    `${version}.info`,
    JSON.stringify({ Version: `v${IRON_PROXY.version}`, Time: '2026-01-01T00:00:00Z' }),
  );
  writeFileSync(join(versions, 'list'), `v${IRON_PROXY.version}\n`);
  writeFileSync(`${version}.mod`, files['go.mod']);
  writeFileSync(`${version}.zip`, zip);
  return `file://${directory}`;
}

describe('the program on the lab\u2019s proxy boxes', () => {
  let scratch: string;
  beforeEach(() => {
    scratch = temporary();
  });
  afterEach(() => {
    // Go's module cache is read-only.
    execFileSync('chmod', ['-R', 'u+w', scratch]);
  });

  function program(directory: string, version: string): string {
    mkdirSync(directory, { recursive: true });
    const file = join(directory, 'iron-proxy');
    writeFileSync(file, `#!/bin/sh\necho ${version}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  test('is the one that is named', async () => {
    const ironProxy = program(join(scratch, 'named'), 'v9.9.9');
    const found = await findProxyProgram({ ironProxy, path: '', scratch });
    expect(found).toMatchObject({
      ok: true,
      program: {
        kind: 'iron-proxy',
        version: 'v9.9.9',
        origin: expect.stringMatching(/^given by its path, sha256 [0-9a-f]{16}$/),
      },
    });
    expect(found.ok && found.program.release).toMatchObject({
      version: '9.9.9',
      url: expect.stringMatching(/^https:\/\/.*9\.9\.9/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('is nothing else when a named one is not there', async () => {
    expect(await findProxyProgram({ ironProxy: '/nowhere/iron-proxy', path: '', scratch })).toEqual({
      ok: false,
      message: 'no program at /nowhere/iron-proxy: name the iron-proxy binary',
    });
  });

  test('is the one on the search path before any that would have to be built', async () => {
    const directory = join(scratch, 'bin');
    program(directory, '1.2.3');
    const found = await findProxyProgram({ path: directory, scratch });
    expect(found).toMatchObject({ ok: true, program: { kind: 'iron-proxy', version: '1.2.3' } });
  });

  test('is none when a key is named that can\u2019t be read: nothing unverified stands in for a release', async () => {
    const found = await findProxyProgram({ keyFile: '/nowhere/key.asc', path: '', scratch });
    expect(found).toMatchObject({ ok: false, message: expect.stringMatching(/key\.asc can't be read/) });
  });

  goTest(
    'is built by Go where the module proxy has it',
    async () => {
      const env = {
        ...process.env,
        GOPROXY: moduleProxy(join(scratch, 'proxy')),
        GONOSUMDB: MODULE,
        GOMODCACHE: join(scratch, 'modules'),
      };
      const found = await findProxyProgram({ path: `${go}/bin`, env, scratch });
      expect(found).toMatchObject({
        ok: true,
        program: {
          kind: 'iron-proxy',
          version: 'from-the-module-proxy',
          origin: expect.stringContaining(MODULE),
        },
      });
    },
    120_000,
  );

  goTest(
    'is the stand-in where nobody has it, and says why',
    async () => {
      const env = { ...process.env, GOPROXY: 'off' };
      const found = await findProxyProgram({ path: `${go}/bin`, env, scratch });
      expect(found).toMatchObject({
        ok: true,
        program: { kind: 'stand-in', version: 'stand-in-not-iron-proxy' },
      });
      expect(found.ok && found.program.origin).toMatch(
        /no iron-proxy could be found here: none on the search path; no key given/,
      );
    },
    120_000,
  );
});
