import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporary } from '../support/temporary';

const ROOT = join(__dirname, '..', '..');

/** Somebody else's app: types, constructs and configuration, all from the tarball. With OPEN its agent may reach the world. */
const APP = `import { App, type CfnResource, Stack } from 'aws-cdk-lib';
import { AgentCell, type AgentSettings, AirlockEnvironment, AirlockStack, loadAirlock } from 'agent-airlock';

const app = new App();
const loaded = loadAirlock(process.argv[2] as string);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const airlock: AirlockStack = new AirlockStack(app, 'Theirs', { airlock: loaded.airlock });
if (airlock.cells.size === 0) throw new Error('no cells');

const own = new Stack(app, 'own');
const environment = new AirlockEnvironment(own, 'Environment', {
  notify: ['security@example.com'],
  budget: { monthlyUsd: 10 },
});
const agent: AgentSettings = {
  name: 'guest',
  runtime: 'custom',
  custom: { command: '/opt/agent/current/agent' },
  role: 'operator',
  owner: 'owner@example.com',
  host: { instanceType: 't4g.small' },
  egress: [{ preset: 'anthropic' }, { id: 'read', host: 'example.com', methods: ['GET'], paths: ['/news/*'] }],
  budget: { monthlyUsd: 5 },
};
const guest = new AgentCell(own, 'Guest', { environment, agent });
if (process.env.OPEN) {
  const group = guest.node.findChild('Groups').node.findChild('AgentHost') as CfnResource;
  group.addPropertyOverride('SecurityGroupEgress', [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }]);
}
app.synth();
`;

describe('the package works in another CDK app', () => {
  let consumer: string;

  beforeAll(() => {
    consumer = temporary();
    run('npm', ['run', 'types', '--silent'], ROOT);
    const packed = run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', consumer], ROOT);
    const installed = join(consumer, 'node_modules', 'agent-airlock');
    mkdirSync(installed, { recursive: true });
    run('tar', ['-xzf', join(consumer, packed.trim()), '-C', installed, '--strip-components=1'], consumer);
    // Its dependencies, as a package manager would put them: beside it.
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    );
    for (const name of [...Object.keys({ ...dependencies, ...peerDependencies }), '@types/node']) {
      const target = join(consumer, 'node_modules', name);
      mkdirSync(join(target, '..'), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), target);
    }
    writeFileSync(join(consumer, 'app.ts'), APP);
    writeFileSync(
      join(consumer, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'es2023',
          module: 'node16',
          moduleResolution: 'node16',
          strict: true,
          skipLibCheck: true,
          types: ['node'],
          rootDir: '.',
          outDir: 'out',
        },
        files: ['app.ts'],
      }),
    );
  });

  test('types included, and both stacks synthesise from the tarball alone', () => {
    run(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', '.'], consumer);
    expect(synth()).toMatchObject({ status: 0 });
    expect(existsSync(join(consumer, 'cdk.out', 'own.template.json'))).toBe(true);
    expect(existsSync(join(consumer, 'cdk.out', 'Theirs.template.json'))).toBe(true);
  });

  test('NET-1 opening the egress of an agent host fails the synth, although the app names no guardrails', () => {
    const { status, stderr } = synth({ OPEN: '1' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('Airlock::Airlock-NET-1');
    expect(stderr).toContain('own/Guest/');
  });

  function synth(env: Record<string, string> = {}) {
    const config = join(consumer, 'node_modules', 'agent-airlock', 'config');
    return spawnSync('node', ['out/app.js', config], {
      cwd: consumer,
      encoding: 'utf8',
      env: { ...process.env, ...env, CDK_VALIDATION: 'false', CDK_OUTDIR: join(consumer, 'cdk.out') },
    });
  }

  const command = () => join(consumer, 'node_modules', 'agent-airlock', 'dist', 'bin', 'airlock.js');

  test('init writes a cdk.json whose app is the installed one, and that app synthesises', () => {
    const agent = ['--runtime', 'custom', '--command', 'sleep 1', '--model', 'anthropic/a-model'];
    const stack = [
      '--owner',
      'dev@example.com',
      '--region',
      'us-east-1',
      '--mirror',
      'apt=https://a.example.com/debian',
    ];
    const job = ['--job', 'github-read-private', '--with', 'repository=acme/widgets'];
    run('node', [command(), 'init', 'widgets', ...agent, ...stack, ...job], consumer);
    const { app, context } = JSON.parse(readFileSync(join(consumer, 'cdk.json'), 'utf8'));
    expect(app).toMatch(/ node_modules\/agent-airlock\/dist\/bin\/app\.js$/);
    const env = { CDK_OUTDIR: join(consumer, 'own.out'), CDK_CONTEXT_JSON: JSON.stringify(context) };
    const made = spawnSync('sh', ['-c', app], { cwd: consumer, env: { ...process.env, ...env } });
    expect(made.status).toBe(0);
    expect(existsSync(join(consumer, 'own.out', 'airlock.template.json'))).toBe(true);

    const written = readFileSync(join(consumer, 'cdk.json'), 'utf8');
    rmSync(join(consumer, 'cdk.json'));
    expect(run('node', [command(), 'init', 'widgets'], consumer)).toContain('written: cdk.json');
    expect(readFileSync(join(consumer, 'cdk.json'), 'utf8')).toBe(written);
    const again = spawnSync('node', [command(), 'init', 'widgets'], { cwd: consumer, encoding: 'utf8' });
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('is there already')]);
  });

  test('an installed package says how to get the lab, and fails', () => {
    for (const name of ['lab', 'rehearse']) {
      const { status, stderr } = spawnSync('node', [command(), name, 'scout', '--stand-in'], {
        cwd: consumer,
        encoding: 'utf8',
      });
      expect(status).toBe(1);
      expect(stderr).toContain(`${name} is not in the installed package: clone the kit's repository`);
    }
  });

  test('the package holds no lab, no test, no source map and nothing of this checkout, and is at most 5.375 MB', () => {
    const files = run('tar', ['-tvzf', tarball()], consumer)
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/))
      .map(([, , bytes, , , path = '']) => ({ path: path.replace(/^package\//, ''), bytes: Number(bytes) }));
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['dist/bin/airlock.js', 'dist/types/lib/index.d.ts']));
    expect(
      paths.filter((path) =>
        /(^|\/)(lab|test|bench|scripts|node_modules|cdk\.out)\/|_test\.go$|\.go$|\.map$|\.test\.|try-on-aws|build\.json$/.test(
          path,
        ),
      ),
    ).toEqual([]);
    // Half of what the package weighed before the lab left it.
    expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(10_750_000 / 2);
  });

  function tarball(): string {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    return join(consumer, `agent-airlock-${version}.tgz`);
  }
});

function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
