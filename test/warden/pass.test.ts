import { NOTHING, pass } from '../../lib/warden/pass';
import { makeAuthority } from './support/authority';
import { BOX, FakeBox } from './support/fake-box';
import { bundleText, PLAIN, PREFIX, variant, WRITE_PARAMETER } from './support/policy';
import { codes, MINUTE, settled } from './support/settled';

const RECORDS = '_var_log_airlock-gate_records.log';
const MIB = 1024 ** 2;
const rules = (text: string | undefined) => JSON.parse(text ?? '{}').transforms[1].config.rules;

describe('a new box', () => {
  test('runs iron-proxy once policy, authority and software are there', async () => {
    const { box, result } = await settled();
    expect(rules(box.process?.text)).toContainEqual(PLAIN);
    expect(result.facts.ironProxy).toMatch(/^0\.50\.0-/);
    expect(box.modes.get(box.paths.key)).toEqual({ mode: 0o640, group: 'iron-proxy' });
    expect(box.modes.get(box.paths.policies.a)).toEqual({ mode: 0o640, group: 'iron-proxy' });
    expect(box.modes.get(box.paths.environment)).toEqual({ mode: 0o600 });
  });

  test('decrypts the authority key, once, and nothing else', async () => {
    const { box, poll } = await settled();
    await poll();
    const decrypted = box.asked.filter(({ withDecryption }) => withDecryption);
    expect(decrypted.map(({ names }) => names)).toEqual([[`${PREFIX}ca/private-key`]]);
  });

  test('asks AWS twice a poll when nothing has changed, and leaves iron-proxy alone', async () => {
    const { box, poll } = await settled();
    box.asked.length = 0;
    await poll();
    expect(box.asked).toHaveLength(2);
    expect(box.commands.filter((command) => !/ is-active |-count.service$/.test(command))).toEqual([]);
  });

  test('runs nothing without a pinned iron-proxy and says what to do', async () => {
    const box = await FakeBox.make();
    box.deploy(bundleText(), { ironProxy: undefined });
    const result = await pass(box, BOX, NOTHING);
    expect(codes(result)).toEqual(['iron-proxy-unpinned', 'iron-proxy-down']);
    expect(result.health.healthy).toBe(false);
    expect(box.process).toBeUndefined();
  });
});

describe('what changes goes into force', () => {
  test('the authority, without an open connection lost', async () => {
    const { box, poll } = await settled();
    const next = await makeAuthority('two');
    box.authority(next);
    await poll();
    expect(box.process?.certificate).toBe(next.certificate);
  });

  test('an authority whose key belongs to another certificate: not at all', async () => {
    const { box, poll } = await settled();
    const old = box.process?.certificate;
    box.put(`${PREFIX}ca/certificate`, (await makeAuthority('two')).certificate);
    const next = await poll();
    expect(codes(next)).toEqual(['ca-unusable']);
    expect(box.process?.certificate).toBe(old);
  });

  test('a file somebody changed by hand: back to what was checked', async () => {
    const { box, poll, text } = await settled();
    box.files.set(box.paths.policies.a, '{"transforms": []}');
    await poll();
    expect(box.policy).toBe(box.process?.text);
    expect(rules(box.policy)).toEqual(rules(text));
  });

  test('a policy opened by hand before a boot without a network: not taken for a policy', async () => {
    const { box, poll, text } = await settled();
    box.files.set(box.paths.policies.a, text.replace('"rules":', '"warn": true, "rules":'));
    box.awsFault = 'ETIMEDOUT';
    box.reboot();
    await poll(NOTHING);
    expect(box.process).toBeUndefined();
    expect(box.policy).toBeUndefined();
  });

  test('an iron-proxy that ended: started again', async () => {
    const { box, poll } = await settled();
    box.processes.clear();
    await poll();
    expect(box.process).toBeDefined();
  });

  test('an iron-proxy that answers nobody: started again after three polls', async () => {
    const { box, poll } = await settled();
    box.deaf = box.process;
    await poll();
    expect(codes(await poll())).toEqual(['iron-proxy-down']);
    expect(box.commands.join()).not.toContain('restart');
    await poll();
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

  test('or whose parameter is gone has no rules either', async () => {
    const { box, poll } = await settled();
    box.parameters.delete(WRITE_PARAMETER);
    await poll();
    expect(box.process?.text).not.toContain('PATCH');
  });
});

/** The file in which the log agent says how much of a log it has sent. */
const sent = (box: FakeBox, bytes: number, name = RECORDS, log = '/var/log/airlock-gate/records.log') =>
  box.files.set(`${box.paths.sentOffsets}/${name}`, `${bytes}\n${log}\n0-${bytes}`);

describe('a secret that somebody rotates', () => {
  const rotate = async (refuse: boolean) => {
    const { box, poll } = await settled();
    if (refuse) {
      box.refuses = (text) => (text.includes('/refused') ? 'a bad rule' : undefined);
      box.deploy(variant('/refused'));
      await poll();
    }
    expect(box.injected(WRITE_PARAMETER)).toBe('ciphertext');
    box.put(WRITE_PARAMETER, 'the new ciphertext');
    return { box, poll };
  };

  test.each([false, true])('no later request carries its old value (refused policy: %s)', async (refuse) => {
    const { box, poll } = await rotate(refuse);
    const { facts } = await poll();
    expect(box.injected(WRITE_PARAMETER)).toBe('the new ciphertext');
    expect(facts.secrets).toEqual({ 'github-read-pat': 2, 'github-write-pat': 3 });
    expect([...box.processes.keys()]).toEqual([box.slot]);
  });

  test('counts as in force only once iron-proxy has read it', async () => {
    const { box, poll } = await rotate(false);
    box.refuses = () => 'it can not';
    expect((await poll()).facts.secrets).toEqual({ 'github-read-pat': 2, 'github-write-pat': 2 });
    box.refuses = () => undefined;
    box.clock += 3 * MINUTE;
    expect((await poll()).facts.secrets).toMatchObject({ 'github-write-pat': 3 });
  });
});

describe('LOG-2 a disk without space', () => {
  test('stops iron-proxy, says so, and starts it when there is space again', async () => {
    const { box, poll } = await settled();
    box.freeBytes = 100 * MIB;
    const full = await poll();
    expect(codes(full)).toEqual(['disk-full']);
    expect(full.health.healthy).toBe(false);
    expect(box.process).toBeUndefined();
    box.freeBytes = 300 * MIB;
    await poll();
    expect(box.process).toBeUndefined();
    box.freeBytes = 500 * MIB;
    const again = await poll();
    expect(again.health.healthy).toBe(true);
    expect(box.process).toBeDefined();
  });

  test('and records that CloudWatch does not take stop it beyond 256 MiB, until they are sent', async () => {
    const { box, poll } = await settled();
    box.auditLength = 300 * MIB;
    sent(box, 50 * MIB);
    expect((await poll()).health.healthy).toBe(true);
    expect(box.process).toBeDefined();
    box.auditLength = 310 * MIB;
    expect(codes(await poll())).toContain('audit-backlog');
    expect(box.process).toBeUndefined();
    sent(box, 100 * MIB);
    await poll();
    expect(box.process).toBeUndefined();
    sent(box, 200 * MIB);
    expect(codes(await poll())).toEqual([]);
    expect(box.process).toBeDefined();
  });

  test('records that do not reach the log group count after three minutes', async () => {
    const { box, poll } = await settled();
    box.auditLength = 1000;
    sent(box, 400);
    let last = await poll();
    last = await poll();
    expect(last.health.healthy).toBe(true);
    box.clock += 4 * MINUTE;
    last = await poll();
    expect(codes(last)).toEqual(['audit-stalled']);
    sent(box, 1000);
    last = await poll();
    expect(last.health.healthy).toBe(true);
  });

  test.each([
    ['the name of the log', [RECORDS]],
    ['a name of its own', ['audit-2f7661.state']],
    ['an older file beside it', [RECORDS, 'audit-2f7661.state']],
    ['a newer file beside an older one of another name', ['zz-old', 'aa-new']],
  ])(
    'space is given back only for records the log group has, in whatever file the log agent says so: %s',
    async (_, names) => {
      const { box, poll } = await settled();
      box.auditLength = box.auditAllocated = 500 * MIB;
      sent(box, 490 * MIB, 'aaa-of-another-log', '/var/log/airlock/warden.log');
      for (const name of names) sent(box, name === names.at(-1) ? 450 * MIB : 480 * MIB, name);
      await poll();
      expect(box.commands).toContain(
        `fallocate --punch-hole --offset 0 --length ${130 * MIB} ${box.paths.records}`,
      );
    },
  );
});
