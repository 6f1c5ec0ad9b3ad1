import { NOTHING, pass } from '../../lib/warden/pass';
import { makeAuthority } from './support/authority';
import { BOX, FakeBox } from './support/fake-box';
import { bundleText, PLAIN, PREFIX, soundConfig, variant, WRITE_PARAMETER } from './support/policy';
import { codes, MINUTE, settled } from './support/settled';

const rules = (text: string | undefined) => JSON.parse(text ?? '{}').transforms[0].config.rules;

describe('a new box', () => {
  test('opens the door once policy, authority and software are there', async () => {
    const { box, result } = await settled();
    expect(rules(box.process?.text)).toContainEqual(PLAIN);
    expect(result.facts.ironProxy).toMatch(/^0\.50\.0-/);
    expect(box.modes.get(box.paths.key)).toEqual({ mode: 0o640, group: 'iron-proxy' });
    expect(box.modes.get(box.paths.policy)).toEqual({ mode: 0o640, group: 'iron-proxy' });
    expect(box.modes.get(box.paths.environment)).toEqual({ mode: 0o600 });
  });

  test('decrypts the authority key, once, and nothing else', async () => {
    const { box, result } = await settled();
    await pass(box, BOX, result.memory);
    const decrypted = box.asked.filter(({ withDecryption }) => withDecryption);
    expect(decrypted.map(({ names }) => names)).toEqual([[`${PREFIX}ca/private-key`]]);
  });

  test('asks AWS twice a poll when nothing has changed, and leaves iron-proxy alone', async () => {
    const { box, result } = await settled();
    box.asked.length = 0;
    box.commands.length = 0;
    await pass(box, BOX, result.memory);
    expect(box.asked).toHaveLength(2);
    expect(box.commands.every((command) => command.includes('is-active'))).toBe(true);
  });

  test('stays shut without a pinned iron-proxy and says what to do', async () => {
    const box = await FakeBox.make();
    box.deploy(bundleText(), { ironProxy: undefined });
    const result = await pass(box, BOX, NOTHING);
    expect(codes(result)).toEqual(['iron-proxy-unpinned', 'iron-proxy-down']);
    expect(result.health.healthy).toBe(false);
    expect(box.process).toBeUndefined();
  });
});

describe('what changes goes into force', () => {
  test('rules: by a reload, without a restart', async () => {
    const { box, result } = await settled();
    box.commands.length = 0;
    box.deploy(variant('/new'));
    const next = await pass(box, BOX, result.memory);
    expect(next.health.healthy).toBe(true);
    expect(box.process?.text).toContain('/new');
    expect(box.commands.join()).not.toContain('restart');
  });

  test('settings outside the transforms: by a restart', async () => {
    const { box, result } = await settled();
    const config = soundConfig();
    config.proxy.upstream_response_header_timeout = '30m';
    box.deploy(bundleText(config));
    box.commands.length = 0;
    await pass(box, BOX, result.memory);
    expect(box.commands).toContain('systemctl restart iron-proxy.service');
    expect(box.process?.text).toContain('30m');
  });

  test('the authority: by a restart', async () => {
    const { box, result } = await settled();
    const next = await makeAuthority('two');
    box.authority(next);
    await pass(box, BOX, result.memory);
    expect(box.process?.certificate).toBe(next.certificate);
  });

  test('an authority whose key belongs to another certificate: not at all', async () => {
    const { box, result } = await settled();
    const old = box.process?.certificate;
    box.put(`${PREFIX}ca/certificate`, (await makeAuthority('two')).certificate);
    const next = await pass(box, BOX, result.memory);
    expect(codes(next)).toEqual(['ca-unusable']);
    expect(box.process?.certificate).toBe(old);
  });

  test('a file somebody changed by hand: back to what was checked', async () => {
    const { box, result } = await settled();
    const { text } = box.process as { text: string };
    box.files.set(box.paths.policy, '{"transforms": []}');
    await pass(box, BOX, result.memory);
    expect(box.files.get(box.paths.policy)).toBe(text);
  });

  test.each([
    ['the policy', ['policy'], true],
    ['the policy and the one to go back to', ['policy', 'goodPolicy'], false],
  ] as const)(
    '%s opened by hand before a boot without a network: not taken for a policy',
    async (_, names, runs) => {
      const { box } = await settled();
      const { text } = box.process as { text: string };
      for (const name of names)
        box.files.set(box.paths[name], text.replace('"rules":', '"warn": true, "rules":'));
      box.awsFault = 'ETIMEDOUT';
      box.reboot();
      await pass(box, BOX, NOTHING);
      expect(box.process?.text).toBe(runs ? text : undefined);
      expect(box.files.get(box.paths.policy)).toBe(runs ? text : undefined);
    },
  );

  test('an iron-proxy that ended: started again', async () => {
    const { box, result } = await settled();
    box.process = undefined;
    await pass(box, BOX, result.memory);
    expect(box.process).toBeDefined();
  });

  test('an iron-proxy that answers nobody: started again after three polls', async () => {
    const { box, result } = await settled();
    box.deaf = true;
    box.commands.length = 0;
    let last = result;
    for (const _ of [1, 2]) last = await pass(box, BOX, last.memory);
    expect(codes(last)).toEqual(['iron-proxy-down']);
    expect(box.commands.join()).not.toContain('restart');
    await pass(box, BOX, last.memory);
    expect(box.commands.join()).toContain('restart');
  });
});

describe('SEC-2 a secret nobody has set', () => {
  test('has no rules in force, is no fault, and comes alive when it is set', async () => {
    const box = await FakeBox.make();
    box.parameters.set(WRITE_PARAMETER, { value: 'UNSET', version: 1 });
    const first = await pass(box, BOX, NOTHING);
    expect(first.health.healthy).toBe(true);
    expect(first.facts.unset).toEqual(['github-write-pat']);
    expect(box.process?.text).not.toContain('PATCH');
    expect(box.process?.text).not.toContain(WRITE_PARAMETER);
    expect(box.process?.text).toContain('/repos/ironsh/iron-proxy/*');
    box.put(WRITE_PARAMETER, 'ciphertext');
    const second = await pass(box, BOX, first.memory);
    expect(second.facts.unset).toEqual([]);
    expect(box.process?.text).toContain('PATCH');
  });

  test('or whose parameter is gone is shut too', async () => {
    const { box, result } = await settled();
    box.parameters.delete(WRITE_PARAMETER);
    await pass(box, BOX, result.memory);
    expect(box.process?.text).not.toContain('PATCH');
  });
});

describe('LOG-1 a disk without space', () => {
  test('shuts the door, says so, and opens it when there is space again', async () => {
    const { box, result } = await settled();
    box.freeBytes = 100 * 1024 ** 2;
    const full = await pass(box, BOX, result.memory);
    expect(codes(full)).toEqual(['disk-full']);
    expect(full.health.healthy).toBe(false);
    expect(box.process).toBeUndefined();
    box.freeBytes = 300 * 1024 ** 2;
    const still = await pass(box, BOX, full.memory);
    expect(box.process).toBeUndefined();
    box.freeBytes = 500 * 1024 ** 2;
    const again = await pass(box, BOX, still.memory);
    expect(again.health.healthy).toBe(true);
    expect(box.process).toBeDefined();
  });

  test('audit lines that do not reach the log group count after three minutes', async () => {
    const { box, result } = await settled();
    box.auditLength = 1000;
    box.files.set(
      `${box.paths.sentOffsets}/_var_log_iron-proxy_audit.log`,
      '400\n/var/log/iron-proxy/audit.log\n0-400',
    );
    let last = await pass(box, BOX, result.memory);
    last = await pass(box, BOX, last.memory);
    expect(last.health.healthy).toBe(true);
    box.clock += 4 * MINUTE;
    last = await pass(box, BOX, last.memory);
    expect(codes(last)).toEqual(['audit-stalled']);
    box.files.set(
      `${box.paths.sentOffsets}/_var_log_iron-proxy_audit.log`,
      '1000\n/var/log/iron-proxy/audit.log\n0-1000',
    );
    last = await pass(box, BOX, last.memory);
    expect(last.health.healthy).toBe(true);
  });

  test.each([
    ['a name of its own', ['audit-2f7661.state']],
    ['an older file beside it', ['_var_log_iron-proxy_audit.log', 'audit-2f7661.state']],
    ['a newer file beside an older one of another name', ['zz-old', 'aa-new']],
  ])('how far the log agent is, is found in whatever file it keeps: %s', async (_, names) => {
    const { box, result } = await settled();
    box.auditLength = box.auditAllocated = 200 * 1024 ** 2;
    const put = (name: string, sent: number, log = box.paths.auditLog) =>
      box.files.set(`${box.paths.sentOffsets}/${name}`, `${sent}\n${log}\n0-${sent}`);
    put('aaa-of-another-log', 190 * 1024 ** 2, '/var/log/airlock/warden.log');
    for (const name of names) put(name, name === names.at(-1) ? 150 * 1024 ** 2 : 180 * 1024 ** 2);
    box.commands.length = 0;
    await pass(box, BOX, result.memory);
    expect(box.commands).toContain(
      `fallocate --punch-hole --offset 0 --length ${118 * 1024 ** 2} ${box.paths.auditLog}`,
    );
  });

  test('space is given back only for lines the log group has', async () => {
    const { box, result } = await settled();
    box.auditLength = box.auditAllocated = 200 * 1024 ** 2;
    const sent = 150 * 1024 ** 2;
    box.files.set(
      `${box.paths.sentOffsets}/_var_log_iron-proxy_audit.log`,
      `${sent}\n/var/log/iron-proxy/audit.log\n0-${sent}`,
    );
    box.commands.length = 0;
    await pass(box, BOX, result.memory);
    const length = sent - 32 * 1024 ** 2;
    expect(box.commands).toContain(
      `fallocate --punch-hole --offset 0 --length ${length} ${box.paths.auditLog}`,
    );
  });
});
