import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { temporary } from './config-directory';
import { airlock } from './fake-terminal';

const directory = temporary();
const template = join(directory, 'template.json');
beforeAll(() => writeFileSync(template, JSON.stringify(templateOf(kitAirlock()))));

describe('user-data prints what configures a host', () => {
  test('with everything that is packed there, and the deployed values as blanks', async () => {
    const { exitCode, stdout } = await airlock(['user-data', 'mender', '--template', template]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^#cloud-boothook\n/);
    expect(stdout).toContain("RUNTIME='claude-code-");
    expect(stdout).toContain('put 755 /usr/lib/airlock/runtime <<');
    expect(stdout).toContain('put 644 /etc/claude-code/managed-settings.json <<');
    expect(stdout).toContain('nameserver ${…}');
    expect(stdout).not.toContain('base64 -d');
  });

  test('a template may be YAML, as for every command', async () => {
    const file = join(directory, 'template.yaml');
    writeFileSync(file, stringify(JSON.parse(readFileSync(template, 'utf8'))));
    const { exitCode, stdout } = await airlock(['user-data', 'scout', '--template', file]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("AGENT='scout'");
  });

  test('as data', async () => {
    const { stdout } = await airlock(['user-data', 'scout', '--json', '--template', template]);
    expect(JSON.parse(stdout).text).toContain("AGENT='scout'");
  });

  test('says which agents there are, and leaves a pipe empty', async () => {
    const { exitCode, stdout, stderr } = await airlock(['user-data', 'nobody', '--template', template]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain('the template has no host of that agent: it has mender, scout');
  });

  test.each(['{', '{}', 'null', '{"Resources":[]}'])(
    'a template that is none is one message: %s',
    async (text) => {
      const file = join(directory, 'broken.json');
      writeFileSync(file, text);
      const { exitCode, stderr } = await airlock(['user-data', 'scout', '--template', file]);
      expect(exitCode).toBe(1);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    },
  );
});
