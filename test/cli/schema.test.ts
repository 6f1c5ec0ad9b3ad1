import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configDirectory, temporary } from './config-directory';
import { airlock } from './fake-terminal';

describe('schema writes what editors use', () => {
  test('the files of an empty directory, and nothing the second time', async () => {
    const config = temporary();
    const first = await airlock(['schema', '--config', config]);
    expect(first.exitCode).toBe(0);
    expect(readdirSync(join(config, 'schema')).sort()).toEqual([
      'agent.schema.json',
      'airlock.schema.json',
      'preset.schema.json',
    ]);
    expect(first.stdout).toMatch(/^written: .*agent\.schema\.json$/mu);
    expect((await airlock(['schema', '--config', config])).stdout).toMatch(/^current: /u);
  });

  test('--check writes nothing and exits 1 when a file is out of date', async () => {
    const config = configDirectory();
    await airlock(['schema', '--config', config]);
    expect((await airlock(['schema', '--check', '--config', config])).exitCode).toBe(0);
    const stale = join(config, 'schema', 'agent.schema.json');
    rmSync(stale);
    const { exitCode, stdout } = await airlock(['schema', '--check', '--config', config]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^out of date: .*agent\.schema\.json: run 'airlock schema'$/mu);
    expect(readdirSync(join(config, 'schema'))).not.toContain('agent.schema.json');
  });

  test("a directory that can't be written is one clear message", async () => {
    const config = join(temporary(), 'config');
    writeFileSync(config, 'not a directory');
    chmodSync(config, 0o444);
    const { exitCode, stdout, stderr } = await airlock(['schema', '--config', config]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^error: can't write .*schema.*\n$/u);
  });
});
