import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { age } from '../../lib/cli/template';
import { fixture } from '../support/templates';
import { temporary } from './config-directory';
import { airlock } from './fake-terminal';
import { OBEYED } from './obeyed';

/** A plain stack that is not ours: one machine with 443 open to the world. */
function openToTheWorld(id = 'Agent'): object {
  const template = fixture('egress-443-open');
  const { Agent, ...rest } = template.Resources;
  return { ...template, Resources: { ...rest, [id]: Agent } };
}

function written(name: string, template: unknown): string {
  const file = join(temporary(), name);
  writeFileSync(file, JSON.stringify(template));
  return file;
}

describe('reach tells the truth about any template', () => {
  test('443 open to the world is named, and exits 1', async () => {
    const { exitCode, stdout } = await airlock(['reach', '--template', written('t.json', openToTheWorld())]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/internet 0\.0\.0\.0\/0 +tcp 443/u);
    expect(stdout).toMatch(/broken/u);
  });

  test('as data, the whole report', async () => {
    const file = written('t.json', openToTheWorld());
    const { exitCode, stdout } = await airlock(['reach', '--json', '--template', file]);
    const report = JSON.parse(stdout);
    expect(exitCode).toBe(1);
    expect(Object.keys(report)).toEqual(['machines', 'violations', 'notModelled', 'assumptions']);
    expect(report.violations.length).toBeGreaterThan(0);
  });

  test('a template without a machine breaks nothing', async () => {
    const file = written('t.json', { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } });
    const { exitCode, stdout } = await airlock(['reach', '--template', file]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('no machine in this template');
  });

  test('escape sequences in a template are written out', async () => {
    const hostile = openToTheWorld('Agent\u001b]0;owned\u0007\u202e');
    for (const json of [[], ['--json']]) {
      const { stdout } = await airlock(['reach', '--template', written('t.json', hostile), ...json]);
      expect(stdout).not.toMatch(OBEYED);
    }
  });
});

describe('a template that is none is one clear message and exit 1', () => {
  test.each([
    ['not JSON and not YAML', '{"Resources": [}'],
    ['no template', '[]'],
    ['empty', ''],
  ])('%s', async (_what, text) => {
    const file = join(temporary(), 't.json');
    writeFileSync(file, text);
    const plain = await airlock(['reach', '--template', file]);
    expect(plain).toMatchObject({ exitCode: 1, stdout: '' });
    expect(plain.stderr).toMatch(/^error: template /u);
    const json = await airlock(['reach', '--json', '--template', file]);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual({
      reason: 'unreadable',
      error: expect.stringContaining('template'),
    });
  });

  test('a file that is not there, with escape sequences in its name', async () => {
    const { exitCode, stderr } = await airlock(['reach', '--template', 'none\u001b[2J.json']);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('none\\u001b[2J.json');
  });
});

describe('without --template', () => {
  function synthesised(...stacks: string[]): string {
    const cwd = temporary();
    const directory = join(cwd, 'cdk.out');
    mkdirSync(directory);
    const artifacts = Object.fromEntries(
      stacks.map((name) => [
        name,
        { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.template.json` } },
      ]),
    );
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify({ artifacts }));
    for (const name of stacks) {
      const file = join(directory, `${name}.template.json`);
      writeFileSync(file, JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }));
      const modified = new Date('2026-01-02T03:01:00Z');
      utimesSync(file, modified, modified);
    }
    return cwd;
  }

  test('the last synth is taken, and it says which and how old', async () => {
    const { exitCode, stderr } = await airlock(['reach'], { cwd: synthesised('airlock') });
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: 'cdk.out/airlock.template.json, synthesised 3 minutes ago\n',
    });
  });

  test('no synth and no configuration: it says what is missing', async () => {
    const { exitCode, stderr } = await airlock(['reach'], { cwd: temporary() });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('no template in cdk.out, and no configuration to build one');
  });

  test('several stacks: it asks which', async () => {
    const { exitCode, stderr } = await airlock(['reach'], { cwd: synthesised('east', 'west') });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('cdk.out/east.template.json, cdk.out/west.template.json');
  });
});

test('an age is told in the biggest unit that fits', () => {
  expect([0, 1, 59, 60, 7_199, 200_000].map(age)).toEqual([
    '0 seconds',
    '1 second',
    '59 seconds',
    '1 minute',
    '1 hour',
    '2 days',
  ]);
});
