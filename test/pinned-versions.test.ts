import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import bootstrap from '../constructs/proxy/boot/bootstrap.sh';
import { MOTO } from '../lab/host/requirements';
import { NODE_MAJOR } from '../lib/pinned-versions';

const read = (file: string) => readFileSync(join(__dirname, '..', file), 'utf8');

describe('a version is pinned in one place, and everything else follows it', () => {
  test('the proxy box installs the Node.js that warden is built for', () => {
    expect(bootstrap).toContain(`nodejs${NODE_MAJOR.proxyBox}`);
    expect(read('scripts/build.mjs')).toContain(`target: 'node${NODE_MAJOR.proxyBox}'`);
  });

  test('the provider runs on the Node.js that is pinned for Lambda', () => {
    expect(read('constructs/provider/provider.ts')).toContain(`NODEJS_${NODE_MAJOR.lambda}_X`);
  });

  test('the CDK command line is pinned exactly: the newest by name is an accidental old build', () => {
    expect(JSON.parse(read('package.json')).devDependencies['aws-cdk']).toBe('2.1148.1');
  });

  test('outside tools are pinned exactly, and moto to the release that the lab asks for', () => {
    const lines = read('.ci/requirements.txt')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toContain(MOTO);
    for (const line of lines) expect(line).toMatch(/^[a-z-]+(\[[a-z,0-9]+\])?==\d[\w.]*$/);
  });
});
