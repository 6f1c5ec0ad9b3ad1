import { spawnSync } from 'node:child_process';
import { install } from '../../lib/warden/install';
import { machineFiles, SYSCTL } from '../../lib/warden/machine-files';
import { temporary } from '../support/temporary';
import { FakeBox } from './support/fake-box';
import { put } from './support/temporary';
import { testWith } from './support/tools';

describe('the install', () => {
  test('writes every file, starts warden, and marks itself done at the very end', async () => {
    const box = await FakeBox.make();
    expect(await install(box, '', 'airlock', 'scout')).toEqual({ ok: true });
    for (const { path, text } of machineFiles('airlock', 'scout')) expect(box.files.get(path)).toBe(text);
    expect(box.commands.at(-1)).toBe('systemctl start --no-block airlock-warden.service');
    expect([...box.files.keys()].at(-1)).toBe(box.paths.installed);
  });

  test('may be run again', async () => {
    const box = await FakeBox.make();
    await install(box, '', 'airlock', 'scout');
    const before = new Map(box.files);
    expect(await install(box, '', 'airlock', 'scout')).toEqual({ ok: true });
    expect(box.files).toEqual(before);
  });

  testWith('sysctl')('is not kept off by a kernel that lacks a setting', async () => {
    const box = await FakeBox.make();
    await install(box, '', 'airlock', 'scout');
    const unknown = put(temporary(), 'unknown.conf', 'net.ipv4.no_such_setting_of_a_kernel = 1\n');
    const [file = '', ...words] = String(box.commands.find((command) => command.startsWith('sysctl '))).split(
      ' ',
    );
    const there = words.map((word) => word.replace(SYSCTL, unknown));
    expect(there).toContain(`--load=${unknown}`);
    expect(spawnSync(file, there).status).toBe(0);
  });

  test.each(['systemd-sysusers', 'systemd-tmpfiles', 'amazon-cloudwatch-agent-ctl'])(
    'is not done while %s fails, and says what failed',
    async (name) => {
      const box = await FakeBox.make();
      const run = box.run.bind(box);
      box.run = async (command) =>
        command.file.endsWith(name) ? { status: 1, output: 'no such user' } : run(command);
      const result = await install(box, '', 'airlock', 'scout');
      expect(result).toEqual({ ok: false, reason: expect.stringContaining(`${name} `) });
      expect(result).toEqual({ ok: false, reason: expect.stringContaining('no such user') });
      expect(box.files.has(box.paths.installed)).toBe(false);
    },
  );
});
