import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import { temporary } from '../support/temporary';

const ROOT = packageRoot();
const LEFT_OUT = ['node_modules', '.git', 'cdk.out'];
/** Suites that read configurations, presets, schemas or documents. */
const SUITES = [
  ...['app', 'docs', 'config/', 'policy/', 'runtimes/', 'cost/page', 'stack/snapshot'],
  ...['check', 'explain', 'pins', 'policy', 'preflight', 'schema', 'user-data'].map((name) => `cli/${name}`),
].map((name) => `test/${name}`);

const AIRLOCK = `name: acme
env: { region: eu-west-1 }
notify: [security@acme.example]
network: { cidr: 10.80.0.0/20, dns: off, egress: nat-gateway, resolvers: [9.9.9.9] }
access: none
budget: { monthlyUsd: 900 }
`;
const FIXER = `name: fixer
runtime: codex
role: operator
owner: platform@acme.example
host: { instanceType: t4g.large }
egress:
  - { id: issues, host: api.github.com, methods: [GET], paths: [/repos/acme/widgets/issues/*], secret: github-pat }
  - preset: openai
secrets:
  github-pat: { parameter: /acme/fixer/github-pat, inject: { header: Authorization, formatter: "Bearer {{ .Value }}" } }
budget: { monthlyUsd: 400 }
`;

/** The kit as a team has it, whose only agent is neither Scout nor Mender. */
let copy: string;
beforeAll(() => {
  copy = temporary();
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !LEFT_OUT.includes(relative(ROOT, path)) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  rmSync(join(copy, 'config/agents'), { recursive: true });
  for (const name of ['images.lock.json', 'software.lock.json', 'template.snapshot'])
    rmSync(join(copy, 'config', name), { force: true });
  mkdirSync(join(copy, 'config/agents'));
  writeFileSync(join(copy, 'config/airlock.yaml'), AIRLOCK);
  writeFileSync(join(copy, 'config/agents/fixer.yaml'), FIXER);
});

function run(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync('npm', argv, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, CI: 'true' },
  });
  return { status, said: `${stdout}${stderr}` };
}

test('npm run ci passes for another agent and writes the snapshot; then it shows what alone an edit changes, and fails', () => {
  const first = run('run', '--silent', 'ci');
  expect(first).toEqual({ status: 0, said: expect.stringContaining('acme: 1 agent, every check passed') });
  expect(readFileSync(join(copy, 'config/template.snapshot'), 'utf8')).toContain('fixerHostInstance');
  const file = join(copy, 'config/agents/fixer.yaml');
  writeFileSync(file, FIXER.replace('t4g.large', 't4g.xlarge'));
  const { status, said } = run('run', '--silent', 'ci');
  writeFileSync(file, FIXER);
  expect(status).toBe(1);
  expect(said.match(/^[-+] .*/gm)).toEqual([
    '-  InstanceTypes: [t4g.large, t4g.micro]',
    '+  InstanceTypes: [t4g.micro, t4g.xlarge]',
    '-  InstanceType: t4g.large',
    '+  InstanceType: t4g.xlarge',
  ]);
});

test('the tests of the kit pass', () => {
  const { status, said } = run('exec', '--', 'vitest', 'run', '--project', 'quick', ...SUITES);
  expect({ status, failed: said.match(/^.*(×|FAIL).*$/gm) ?? [] }).toEqual({ status: 0, failed: [] });
});
