import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildApp } from '../lib/app';
import { formatProblem, loadAirlock } from '../lib/config';
import { KIT_CONFIG } from './support/kit-config';
import { temporary } from './support/temporary';

describe('cdk synth', () => {
  let scratch: string;

  beforeEach(() => {
    scratch = temporary();
  });

  test('refuses a wrong configuration in the words of check, and writes no template', () => {
    const config = copyOfConfig('broken');
    const scout = join(config, 'agents', 'scout.yaml');
    writeFileSync(
      scout,
      readFileSync(scout, 'utf8').replace('[PATCH]', '[patch]').replace('risk: medium', 'risk: none'),
    );
    const loaded = loadAirlock(config);
    if (loaded.ok) throw new Error('the configuration should not load');

    const built = build(config);
    expect(built.result).toEqual({ ok: false, reasons: loaded.problems.map(formatProblem) });
    expect(loaded.problems.length).toBeGreaterThan(1);
    expect(existsSync(join(built.outdir, 'airlock.template.json'))).toBe(false);
  });

  test('refuses more agents than a stack holds, with the count and the remedy', () => {
    const config = copyOfConfig('crowd');
    const scout = readFileSync(join(config, 'agents', 'scout.yaml'), 'utf8');
    for (let index = 0; index < 18; index++) {
      const name = `scout-${index}`;
      writeFileSync(
        join(config, 'agents', `${name}.yaml`),
        scout.replace('name: scout', `name: ${name}`).replaceAll('/scout/', `/${name}/`),
      );
    }
    const { result } = build(config);
    expect(result.ok ? [] : result.reasons).toEqual([
      expect.stringMatching(/20 agents make \d{3} resources, and a stack holds 500: move agents to another/),
    ]);
  });

  test('builds one stack for each directory that -c config names', () => {
    const east = copyOfConfig('east');
    const west = copyOfConfig('west');
    for (const [config, name] of [
      [east, 'east'],
      [west, 'west'],
    ] as const) {
      renameStack(config, name);
    }
    const { result } = build(`${east},${west}`);
    expect(result.ok && result.app.node.children.map(({ node }) => node.id)).toEqual(['east', 'west']);
  });

  test('refuses two stacks that would answer to the same addresses behind one Transit Gateway', () => {
    const [east, west] = [copyOfConfig('east'), copyOfConfig('west')];
    const behind = (config: string, id: string) =>
      edit(join(config, 'airlock.yaml'), (text) =>
        text.replace('egress: address', `egress: transit-gateway\n  transitGateway: ${id}`),
      );
    renameStack(east, 'east');
    renameStack(west, 'west');
    behind(east, 'tgw-0123456789abcdef0');
    behind(west, 'tgw-0123456789abcdef0');
    const { result } = build(`${east},${west}`);
    expect(result.ok ? [] : result.reasons).toEqual([
      `${west}/airlock.yaml network.cidr: "10.64.0.0/20" overlaps "10.64.0.0/20" of ${east}, and both are attached to tgw-0123456789abcdef0: choose a block of its own`,
    ]);
    edit(join(west, 'airlock.yaml'), (text) => text.replace('cidr: 10.64.', 'cidr: 10.65.'));
    expect(build(`${east},${west}`).result.ok).toBe(true);
  });

  test('refuses two stacks of one name', () => {
    const [east, west] = [copyOfConfig('east'), copyOfConfig('west')];
    const { result } = build(`${east},${west}`);
    expect(result.ok ? [] : result.reasons).toEqual([
      `${west}/airlock.yaml name: "airlock" is the stack of ${east}, too: give each a name of its own`,
    ]);
  });

  function edit(path: string, change: (text: string) => string): void {
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }

  function copyOfConfig(name: string): string {
    const config = join(scratch, name);
    mkdirSync(config);
    cpSync(KIT_CONFIG, config, { recursive: true });
    return config;
  }

  function renameStack(config: string, name: string): void {
    for (const file of ['airlock.yaml', 'agents/scout.yaml', 'agents/mender.yaml']) {
      const path = join(config, file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(
        path,
        text.replace('name: airlock', `name: ${name}`).replaceAll('/airlock/', `/${name}/`),
      );
    }
  }

  function build(config: string) {
    const outdir = join(scratch, 'cdk.out');
    const app = new App({ context: { config }, outdir });
    return { result: buildApp(app), outdir };
  }
});
