import { execFileSync } from 'node:child_process';
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

  test('the tarball carries no test, no source map of another machine and no local state', () => {
    const names = run('tar', ['-tzf', tarball()], consumer).split('\n');
    expect(names.filter((name) => /\/(test|node_modules|cdk\.out|bench)\//.test(name))).toEqual([]);
  });

  function tarball(): string {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    return join(consumer, `agent-airlock-${version}.tgz`);
  }
});

function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
