import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { RULES } from '../lib/guardrails';
import { rolePermissions } from '../lib/operations/account/role-permissions';
import { MODES, templateOf } from './stack/synthesise';
import { kitAirlock } from './support/arbitrary-airlock';

const ROOT = join(__dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const linksOf = (page: string) =>
  [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] as string)
    .filter((link) => !/^https?:/.test(link));

describe('the documents say what is so', () => {
  test.each(PAGES)('every link in %s leads somewhere', (page) => {
    expect(linksOf(page).filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
  });

  test('every page of the package links only to what the package holds', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT });
    const files: string[] = JSON.parse(String(packed))[0].files.map(({ path }: { path: string }) => path);
    const pages = files.filter((file) => file.endsWith('.md'));
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/RUNBOOKS.md']));
    const broken = pages.flatMap((page) =>
      linksOf(page)
        .map((link) => join(dirname(page), link))
        .filter((path) => !files.some((file) => file === path || file.startsWith(`${path}/`)))
        .map((path) => `${page}: ${path}`),
    );
    expect(broken).toEqual([]);
  });

  test('ARCHITECTURE.md lists every decision with the title and the status of its file', () => {
    const files = readdirSync(join(ROOT, 'docs/decisions')).map((name) => {
      const [, number, title] = /^# (\d+)\. (.*)$/m.exec(read(`docs/decisions/${name}`)) ?? [];
      const status = /^Status: (.*)\.$/m.exec(read(`docs/decisions/${name}`))?.[1];
      return `| ${number} | [${title}](docs/decisions/${name}) | ${status} |`;
    });
    expect(read('ARCHITECTURE.md').match(/^\| \d+ \| \[.*$/gm)).toEqual(files);
  });

  test('SECURITY.md lists every invariant that a guardrail enforces, and no other', () => {
    const listed = [...read('SECURITY.md').matchAll(/^\| ([A-Z]+-\d) \|/gm)].map((match) => match[1]);
    const enforced = new Set(RULES.map(({ id }) => id));
    expect(listed.filter((id) => !enforced.has(id as string))).toEqual([]);
    expect([...enforced].filter((id) => !listed.includes(id))).toEqual([]);
  });

  test('a rule goes from YAML to the proxy box through at most 15 files, which ARCHITECTURE.md lists', () => {
    const [, section = ''] = read('ARCHITECTURE.md').split('## One egress rule');
    const files = [...section.replace(/\n## [\s\S]*/, '').matchAll(/^\| `([^`]+)` \|/gm)].map(
      (match) => match[1] as string,
    );
    expect(files.length).toBeGreaterThan(10);
    expect(files.length).toBeLessThanOrEqual(15);
    // A team replaces the agents of config/.
    const ofTheKit = files.filter((file) => !file.startsWith('config/agents/'));
    expect(ofTheKit.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('every path that SECURITY.md and CONTRIBUTING.md name exists', () => {
    const named = ['SECURITY.md', 'CONTRIBUTING.md'].flatMap((page) =>
      [...read(page).matchAll(/`((?:lib|constructs|test|config|docs|scripts|bench)\/[\w./-]*\w)\/?`/g)].map(
        (match) => match[1] as string,
      ),
    );
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test('the execution policies fit IAM, name every action, and reach every service of the stack', () => {
    const policies = readdirSync(join(ROOT, 'docs/execution-policies')).map((name) =>
      JSON.parse(read(`docs/execution-policies/${name}`)),
    );
    for (const policy of policies) {
      expect(JSON.stringify(policy).length).toBeLessThanOrEqual(6144);
    }
    const actions: string[] = policies.flatMap(({ Statement }) =>
      Statement.flatMap(({ Action }: { Action: string[] }) => Action),
    );
    expect(actions.filter((action) => !/^[a-z0-9-]+:[A-Z]\w+$/.test(action))).toEqual([]);
    const services = new Set(actions.map((action) => action.split(':')[0]));
    const types = Object.values(templateOf(kitAirlock()).Resources).map(({ Type }) => Type);
    const missing = types
      .filter((type) => type.startsWith('AWS::'))
      .map((type) => (type.split('::')[1] as string).toLowerCase())
      .filter((service) => !services.has(service));
    expect([...new Set(missing)]).toEqual([]);
  });

  test('the workflow names each action by digest, and says which release that is', () => {
    const uses = [...read('.github/workflows/airlock.yml').matchAll(/uses: (.*)/g)].map((match) => match[1]);
    expect(uses.length).toBeGreaterThan(4);
    for (const action of uses) expect(action).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('PERMISSIONS.md lists what a boundary must allow: what the roles of the stack are allowed', () => {
    const all = MODES.map(([, airlock]) => rolePermissions(templateOf(airlock)));
    const sorted = (lists: readonly (readonly string[])[]) => [...new Set(lists.flat())].sort();
    const wanted = [
      sorted(all.map(({ actions }) => actions)).map((action) => `\`${action}\``),
      sorted(all.map(({ managedPolicies }) => managedPolicies)).map((name) => `what \`${name}\` allows`),
    ].flat();
    const section = read('docs/PERMISSIONS.md').split('## A permissions boundary')[1] ?? '';
    expect([...section.matchAll(/^- (.*)$/gm)].map(([, line]) => line)).toEqual(wanted);
  });

  test('the workflow runs what the README says, and may write nothing but its comment', () => {
    const workflow = parse(read('.github/workflows/airlock.yml'));
    expect(workflow.permissions).toEqual({ contents: 'read' });
    expect(workflow.jobs.test.permissions).toBeUndefined();
    // Whoever may write runs no code of the pull request; whoever runs it may only read.
    expect(workflow.jobs.change.permissions).toBeUndefined();
    expect(workflow.jobs.comment.permissions).toEqual({ 'pull-requests': 'write' });
    expect(workflow.jobs.comment.steps).toEqual([
      expect.objectContaining({ run: expect.stringMatching(/gh pr comment/) }),
    ]);
    expect(workflow.jobs.deployed.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    const compare = workflow.jobs.change.steps.find(({ id }: { id?: string }) => id === 'change').run;
    expect(compare).toMatch(/^npx airlock diff --from 'HEAD\^1' --format md --output change\.md$/m);
    const runs = workflow.jobs.test.steps.map(({ run }: { run?: string }) => run).filter(Boolean);
    expect(runs).toEqual(['npm ci', 'npm run ci']);
    const named = [...read('.github/workflows/airlock.yml').matchAll(/\(README, (.*)\)/g)].map(
      ([, name]) => name,
    );
    for (const name of named) expect(read('README.md')).toContain(`\n## ${name}\n`);
  });
});
