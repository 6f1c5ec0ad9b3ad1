import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

/** Somebody else's app: types, constructs and configuration, all from the tarball. */
const APP = `import { App, Stack } from 'aws-cdk-lib';
import { AgentCell, type AgentCellProps, AirlockEnvironment, AirlockStack, loadAirlock } from 'agent-airlock';

const app = new App();
const loaded = loadAirlock(process.argv[2] as string);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const airlock: AirlockStack = new AirlockStack(app, 'Theirs', { airlock: loaded.airlock });

const own = new Stack(app, 'own');
const environment = new AirlockEnvironment(own, 'Environment', {
  name: 'own',
  network: {
    cidr: '10.70.0.0/22',
    dns: 'off',
    egress: 'nat-gateway',
    access: 'none',
    resolvers: ['192.0.2.53'],
  },
  notify: [],
  budget: { monthlyUsd: 10, alertsAtPercent: [100] },
});
const cell: AgentCellProps = {
  environment,
  agent: 'guest',
  owner: 'owner@example.com',
  runtime: 'custom',
  runtimeSettings: { custom: { command: '/opt/agent/current/agent' } },
  host: {
    instanceType: 't4g.small',
    imageId: 'ami-00000000000000000',
    os: 'debian-13',
    rootGiB: 16,
    stateGiB: 8,
    root: false,
    limits: { cpuPercent: 90, memoryPercent: 80 },
  },
  proxy: { instanceType: 't4g.micro', imageId: 'ami-00000000000000001' },
  policy: 'transforms: []\\n',
  secretParameters: [],
  budget: { monthlyUsd: 5, alertsAtPercent: [100] },
};
new AgentCell(own, 'Guest', cell);
if (airlock.cells.size === 0) throw new Error('no cells');
app.synth();
`;

describe('the package works in another CDK app', () => {
  let consumer: string;

  beforeAll(() => {
    consumer = mkdtempSync(join(tmpdir(), 'airlock-consumer-'));
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
  }, 60_000);

  afterAll(() => rmSync(consumer, { recursive: true, force: true }));

  test('types included, and both stacks synthesise from the tarball alone', () => {
    run(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', '.'], consumer);
    const config = join(consumer, 'node_modules', 'agent-airlock', 'config');
    execFileSync('node', ['out/app.js', config], {
      cwd: consumer,
      encoding: 'utf8',
      env: { ...process.env, CDK_VALIDATION: 'false', CDK_OUTDIR: join(consumer, 'cdk.out') },
    });
    expect(existsSync(join(consumer, 'cdk.out', 'own.template.json'))).toBe(true);
    expect(existsSync(join(consumer, 'cdk.out', 'Theirs.template.json'))).toBe(true);
  }, 60_000);

  test('an installed package says how to get the lab, and fails', () => {
    const command = join(consumer, 'node_modules', 'agent-airlock', 'dist', 'bin', 'airlock.js');
    for (const name of ['lab', 'rehearse']) {
      const { status, stderr } = spawnSync('node', [command, name, 'scout', '--stand-in'], {
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
