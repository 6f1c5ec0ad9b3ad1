import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../constructs/package-root';
import { LAB_COMMANDS } from '../../lab/commands';
import { createContext } from '../../lib/cli/context';
import { createProgram } from '../../lib/cli/program';
import { projectOf } from '../../lib/cli/project';
import type { Services } from '../../lib/cli/services';
import { loadAirlock } from '../../lib/config';
import { configurationDigest } from '../../lib/config/digest';
import { templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { servicesThatFail } from '../support/aws';
import { configDirectory, temporary } from './config-directory';
import { fakeProject } from './fake-cdk';
import { airlock, terminal } from './fake-terminal';
import { leaves } from './leaves';

const PLACES = [
  'bin',
  'config',
  'constructs',
  'docs',
  'examples',
  'lab',
  'lib',
  'scripts',
  '.github',
  ':/*.md',
];
const NAMED = /(?<![\w./:@-])airlock ([a-z][a-z-]+)(?: ([a-z][a-z-]+))?/g;

/** AWS as it is for somebody who hasn't signed in. */
const signedOut = servicesThatFail('CredentialsProviderError');

const COMMANDS = leaves(createProgram(createContext(terminal(), signedOut), LAB_COMMANDS));

const TEMPLATE = templateOf(kitAirlock());
const template = join(temporary(), 'template.json');
writeFileSync(template, JSON.stringify(TEMPLATE));

const ARGUMENTS: Readonly<Record<string, string>> = {
  agent: 'scout',
  method: 'GET',
  url: 'https://api.github.com/',
  secret: 'github-read-pat',
  shell: 'bash',
};

function argvOf([words, command]: (typeof COMMANDS)[number], config: string): string[] {
  const has = (name: string) => command.options.some(({ long }) => long === name);
  return [
    ...words,
    ...command.registeredArguments
      .filter(({ required }) => required)
      .map((argument) => ARGUMENTS[argument.name()] ?? 'x'),
    ...(has('--config') ? ['--config', config] : []),
    ...(has('--template') ? ['--template', template] : []),
    ...(has('--key') ? ['--key', 'none.asc'] : []),
    ...(has('--live') ? ['--live'] : []),
    ...(has('--all') ? ['--all'] : []),
    ...(has('--for') ? ['--for', '15m'] : []),
    ...(has('--because') ? ['--because', 'a test'] : []),
  ];
}

/** The one JSON object that stands on stdout, with nothing else anywhere. */
function documentOf({ stdout, stderr }: { stdout: string; stderr: string }): object {
  expect(stderr).toBe('');
  const document = JSON.parse(stdout);
  expect(Array.isArray(document) ? 'a list' : typeof document).toBe('object');
  return document;
}

describe('every command has the same habits', () => {
  const sound = configDirectory();
  rmSync(join(sound, 'agents/mender.yaml'));
  const unsound = configDirectory({ 'airlock.yaml': (text) => `${text}\nnonsense: true\n` });
  const cwd = fakeProject({ template: TEMPLATE });
  const stdin = async () => new TextEncoder().encode('a value');
  const ran = (argv: string[]) => airlock(argv, { cwd, stdin }, signedOut);
  const commands = COMMANDS.map((leaf): [string, (typeof COMMANDS)[number]] => [leaf[0].join(' '), leaf]);

  test.each(commands)('%s --json prints one JSON document and nothing else', async (_, leaf) => {
    documentOf(await ran([...argvOf(leaf, sound), '--json']));
    documentOf(await ran([...argvOf(leaf, unsound), '--json']));
  });

  test.each(commands)('%s --json does so for a wrong command line', async (_, leaf) => {
    for (const wrong of [
      [...argvOf(leaf, sound), '--json', '--no-such-option'],
      [...argvOf(leaf, sound), 'one', 'too', 'many', '--json'],
    ]) {
      const result = await ran(wrong);
      expect(documentOf(result)).toEqual({ error: expect.any(String) });
      expect(result.exitCode).toBe(1);
    }
  });

  test.each(commands)('%s --output writes to a file what would be on the terminal', async (_, leaf) => {
    const file = join(temporary(), 'output.json');
    const { stdout } = await ran([...argvOf(leaf, sound), '--json', '--output', file]);
    expect(stdout).toBe('');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(expect.any(Object));
    const nowhere = await ran([...argvOf(leaf, sound), '--output', join(temporary(), 'none', 'file')]);
    expect(nowhere).toMatchObject({ exitCode: 1, stdout: '' });
    expect(nowhere.stderr).toMatch(/^error: --output: .*make its directory first/u);
  });

  // `cost` and `init` take a Region and ask nobody.
  const asking = commands.filter(
    ([name, [, { options }]]) =>
      !/^(cost|init)$/u.test(name) && options.some(({ long }) => long === '--region'),
  );
  test.each(asking)('%s says in the same words that nobody is signed in', async (_, leaf) => {
    const { stdout } = await ran([...argvOf(leaf, sound), '--json']);
    expect(stdout).toMatch(/AWS accepted no credentials for [\w:-]+( and [\w:' -]+)? in us-east-1/u);
    expect(stdout).toContain('sign in (aws sso login, or AWS_PROFILE)');
    expect(stdout).not.toContain('own words');
  });

  test.each(asking)('%s signs in with the profile of --profile, and only then', async (_, leaf) => {
    const profiles: string[] = [];
    const withProfile = (profile: string) => {
      profiles.push(profile);
      return new Proxy(signedOut, {
        get: (of, name) => (name === 'profile' ? profile : Reflect.get(of, name)),
      });
    };
    const unused = new Proxy(
      { withProfile },
      { get: (of, name) => Reflect.get(of, name) ?? refuse },
    ) as Services;
    const refuse = () => {
      throw new Error('another client than that of the profile');
    };
    const argv = [...argvOf(leaf, sound), '--json', '--profile', 'staging'];
    const { stdout } = await airlock(argv, { cwd, stdin }, unused);
    expect(profiles).toEqual(['staging']);
    expect(stdout).toContain('AWS accepted no credentials of the profile \\"staging\\"');
    expect(stdout).toContain('aws sso login --profile staging');
  });

  test.each(['check', 'list', 'watch', 'synth', 'reach', 'cost', 'preflight scout'])(
    'the tables of %s fit 50 columns',
    async (name) => {
      const leaf = COMMANDS.find(([[word]]) => word === name.split(' ')[0]) as (typeof COMMANDS)[number];
      const narrow = { cwd, columns: 50, stdoutIsTerminal: true, env: { NO_COLOR: '1' } };
      const { stdout } = await airlock(
        [
          ...name.split(' '),
          ...argvOf(leaf, sound)
            .slice(1)
            .filter((word) => word !== '--live'),
        ],
        narrow,
        signedOut,
      );
      expect(stdout.split('\n').length).toBeGreaterThan(/^(check|list)$/u.test(name) ? 1 : 20);
      // A command to paste and a name that is longer than the line stay whole.
      const wide = stdout.split('\n').filter((line) => line.length > 50 && /\S {2,}\S/u.test(line));
      expect(wide.filter((line) => !/^ +npx /u.test(line))).toEqual([]);
    },
  );
});

test('every command that a message, a document or a help text names exists', () => {
  const files = execFileSync('git', ['ls-files', ...PLACES], { cwd: packageRoot(), encoding: 'utf8' })
    .trim()
    .split('\n');
  const known = new Set(COMMANDS.flatMap(([words]) => [words.join(' '), words[0]]).concat('help'));
  const groups = new Set(COMMANDS.flatMap(([[group, ...more]]) => (more.length > 0 ? [group] : [])));
  const named = files.flatMap((file) =>
    [...readFileSync(join(packageRoot(), file), 'utf8').matchAll(NAMED)].map(([, word = '', second]) => ({
      file,
      command: groups.has(word) && second ? `${word} ${second}` : word,
    })),
  );
  expect(named.length).toBeGreaterThan(150);
  expect(named.filter(({ command }) => !known.has(command))).toEqual([]);
});

test('every command line to paste has the options that its command requires', () => {
  const files = execFileSync('git', ['ls-files', ...PLACES], { cwd: packageRoot(), encoding: 'utf8' });
  // A command with arguments is only named where none follow it.
  const demanding = COMMANDS.flatMap(([words, { options, registeredArguments }]) =>
    options
      .filter(({ mandatory }) => mandatory)
      .map(({ long }) => [
        ['npx airlock', ...words, ''].join(' ').slice(0, registeredArguments.length ? undefined : -1),
        long,
      ]),
  );
  const pasted = files
    .trim()
    .split('\n')
    .flatMap((file) => readFileSync(join(packageRoot(), file), 'utf8').match(/npx airlock [^`\n]*/gu) ?? []);
  const complete = demanding.map(([start, option]) => {
    const lines = pasted.filter((line) => line.startsWith(start as string));
    expect(lines.filter((line) => !line.includes(`${option} `))).toEqual([]);
    return lines.length;
  });
  expect(Math.min(...complete)).toBeGreaterThan(1);
});

describe('the project is found upward', () => {
  const project = () => {
    const directory = configDirectory();
    const below = join(directory, 'agents');
    return { directory, below };
  };

  test('a command works in a subdirectory as it does in the project', async () => {
    const { below } = project();
    expect((await airlock(['check'], { cwd: below })).stdout).toMatch(/^sound: 2 agents/u);
  });

  test('--config is seen from where one is', async () => {
    const { directory } = project();
    expect((await airlock(['check', '--config', '.'], { cwd: directory })).stdout).toMatch(/^sound/u);
  });

  test.each<[string, string, Record<string, number>]>([
    ['the nearest configuration wins', '/u/p', { '/u/p/config/airlock.yaml': 1, '/u/cdk.json': 1 }],
    ['a CDK app without one is a project too', '/u/p', { '/u/p/cdk.json': 1 }],
    [
      'what another user put above it is not run',
      '/u/p/sub',
      { '/u/p/cdk.json': 2, '/u/p/config/airlock.yaml': 2 },
    ],
    ['a directory of another user ends the search', '/u/p/sub', { '/cdk.json': 1 }],
  ])('%s', (_, project, files) => {
    const owners: Record<string, number> = { '/u/p/sub': 1, '/u/p': 1, '/u': 1, '/': 0, ...files };
    for (const [file, owner] of Object.entries(files)) owners[file.replace('/airlock.yaml', '')] = owner;
    expect(projectOf('/u/p/sub', (path) => owners[path])).toBe(project);
  });

  test('where there is none, the message names the directory that was looked for', async () => {
    const { exitCode, stdout } = await airlock(['check'], { cwd: temporary() });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/config:1:1 does not exist/u);
  });
});

describe('a template is of its configuration', () => {
  const shipped = configDirectory();
  const withDigest = (digest: string | undefined) => {
    const cwd = fakeProject({ template: { Resources: { New: { Type: 'AWS::SNS::Topic' } } } });
    mkdirSync(join(cwd, 'cdk.out'));
    const properties = { templateFile: 'airlock.template.json' };
    const artifact = { type: 'aws:cloudformation:stack', properties, additionalMetadataFile: 'm.json' };
    const write = (name: string, content: object) =>
      writeFileSync(join(cwd, 'cdk.out', name), JSON.stringify(content));
    write('manifest.json', { artifacts: { airlock: artifact } });
    write('m.json', { '/airlock': digest ? [{ type: 'airlock:configuration', data: digest }] : [] });
    write('airlock.template.json', { Resources: {} });
    return cwd;
  };
  const built = (cwd: string) =>
    readFileSync(join(cwd, 'cdk.out/airlock.template.json'), 'utf8').includes('New');

  test.each([
    ['of another configuration is built anew', 'f'.repeat(64), true],
    ['that no synth of the kit made is taken as it is', undefined, false],
  ])('one %s', async (_, digest, isBuilt) => {
    const cwd = withDigest(digest);
    const { stderr } = await airlock(['reach', '--config', shipped], { cwd });
    expect(built(cwd)).toBe(isBuilt);
    expect(stderr.includes('the configuration has changed since the last synth')).toBe(isBuilt);
  });

  test('one of this configuration is taken, and a changed rule makes it one of another', async () => {
    const loaded = loadAirlock(shipped);
    if (!loaded.ok) throw new Error('unsound');
    const cwd = withDigest(configurationDigest(loaded.airlock));
    await airlock(['reach', '--config', shipped], { cwd });
    expect(built(cwd)).toBe(false);
    const edited = configDirectory({ 'agents/scout.yaml': (text) => `# a comment\n${text}` });
    await airlock(['reach', '--config', edited], { cwd });
    expect(built(cwd)).toBe(false);
    const other = configDirectory({ 'agents/scout.yaml': (text) => text.replace('[PATCH]', '[PUT]') });
    await airlock(['reach', '--config', other], { cwd });
    expect(built(cwd)).toBe(true);
    rmSync(cwd, { recursive: true });
  });
});
