import { NOTHING, type PassResult, pass } from '../../lib/warden/pass';
import { makeAuthority } from './support/authority';
import { BOX, FakeBox, NEXT_RELEASE, RELEASE, SELF } from './support/fake-box';
import {
  bundleText,
  type Document,
  PLAIN,
  PREFIX,
  sha256,
  soundAirlock,
  soundConfig,
  variant,
  WRITE_PARAMETER,
} from './support/policy';

const MINUTE = 60_000;

/** A box on which everything has settled. */
async function settled(): Promise<{ box: FakeBox; result: PassResult }> {
  const box = await FakeBox.make();
  const result = await pass(box, BOX, NOTHING);
  expect(result.health).toEqual({ healthy: true, reasons: [] });
  return { box, result };
}

const codes = ({ health }: PassResult) => health.reasons.map(({ code }) => code);
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

describe('what goes wrong leaves the running policy in force', () => {
  interface Fault {
    readonly name: string;
    readonly make: (box: FakeBox) => void;
    readonly code: string;
    /** Counts at once, or only when it lasts. */
    readonly passing?: true;
  }
  const spoilt = (spoil: (config: Document) => void) => {
    const config = soundConfig();
    spoil(config);
    return bundleText(config);
  };
  const faults: readonly Fault[] = [
    {
      name: 'no network',
      make: (box) => {
        box.awsFault = 'ETIMEDOUT';
      },
      code: 'aws-unreadable',
      passing: true,
    },
    {
      name: 'AccessDenied',
      make: (box) => {
        box.awsFault = 'AccessDeniedException';
      },
      code: 'aws-unreadable',
      passing: true,
    },
    {
      name: 'throttling',
      make: (box) => {
        box.awsFault = 'ThrottlingException';
      },
      code: 'aws-unreadable',
      passing: true,
    },
    {
      name: 'the box parameter is gone',
      make: (box) => box.parameters.delete(BOX.parameter),
      code: 'aws-unreadable',
      passing: true,
    },
    {
      name: 'the manifest is garbage',
      make: (box) => box.put(BOX.parameter, '{"format":'),
      code: 'manifest-invalid',
      passing: true,
    },
    {
      name: 'the manifest is an empty object',
      make: (box) => box.put(BOX.parameter, '{}'),
      code: 'manifest-invalid',
      passing: true,
    },
    {
      name: 'the manifest belongs to another agent',
      make: (box) => box.deploy(variant('/new'), { agent: 'other' }),
      code: 'manifest-foreign',
      passing: true,
    },
    {
      name: 'half a policy: a part is missing',
      make: (box) => {
        box.deploy(variant('/new'));
        box.parameters.delete(`${PREFIX}policy/2`);
      },
      code: 'policy-incomplete',
      passing: true,
    },
    {
      name: 'half a policy: a part is old',
      make: (box) => {
        const old = box.parameters.get(`${PREFIX}policy/2`)?.value as string;
        box.deploy(variant('/new'));
        box.put(`${PREFIX}policy/2`, old);
      },
      code: 'policy-incomplete',
      passing: true,
    },
    {
      name: 'the digest is wrong',
      make: (box) => {
        box.deploy(variant('/new'));
        box.put(`${PREFIX}policy/1`, 'x');
      },
      code: 'policy-incomplete',
      passing: true,
    },
    { name: 'garbage YAML', make: (box) => box.deploy('{{{{\n---\n]'), code: 'policy-invalid' },
    { name: 'one document', make: (box) => box.deploy('a: 1'), code: 'policy-invalid' },
    {
      name: 'warn: true',
      make: (box) =>
        box.deploy(
          spoilt((config) => {
            config.transforms[0].config.warn = true;
          }),
        ),
      code: 'policy-invalid',
    },
    {
      name: 'a policy for another agent',
      make: (box) => {
        const airlock = soundAirlock();
        airlock.airlock.agent = 'other';
        box.deploy(bundleText(soundConfig(), airlock));
      },
      code: 'policy-invalid',
    },
    {
      name: 'the certificate is gone',
      make: (box) => box.parameters.delete(`${PREFIX}ca/certificate`),
      code: 'ca-unusable',
      passing: true,
    },
    {
      name: 'the certificate is unset',
      make: (box) => box.put(`${PREFIX}ca/certificate`, 'UNSET'),
      code: 'ca-unusable',
      passing: true,
    },
  ];

  test.each(faults)('$name', async ({ make, code, passing }) => {
    const { box, result } = await settled();
    const { text } = box.process as { text: string };
    make(box);
    const first = await pass(box, BOX, result.memory);
    expect(codes(first)).toEqual([code]);
    expect(box.log.some((line) => line.includes(code))).toBe(true);
    expect(first.health.healthy).toBe(passing === true);
    box.clock += 6 * MINUTE;
    const second = await pass(box, BOX, first.memory);
    expect(second.health.healthy).toBe(false);
    expect(box.process?.text).toBe(text);
    expect(box.files.get(box.paths.policy)).toBe(text);
  });

  test.each(faults)('$name, and warden and the box start again', async ({ make }) => {
    const { box } = await settled();
    const { text } = box.process as { text: string };
    make(box);
    box.reboot();
    await pass(box, BOX, NOTHING);
    expect(box.process?.text).toBe(text);
  });

  test.each(faults)('$name, on a box that never had a policy: the door stays shut', async ({ make }) => {
    const box = await FakeBox.make();
    make(box);
    const { health } = await pass(box, BOX, NOTHING);
    expect(health.healthy && box.process === undefined).toBe(false);
    expect(box.files.has(box.paths.policy)).toBe(false);
    expect(box.process).toBeUndefined();
  });
});

describe('a policy iron-proxy refuses', () => {
  const refuseNew = (box: FakeBox) => {
    box.refuses = (text) => (text.includes('/new') ? `bad rule ${'x'.repeat(2000)}` : undefined);
  };

  test('leaves the old one in force and on disk, and iron-proxy is quoted, cut short', async () => {
    const { box, result } = await settled();
    const { text } = box.process as { text: string };
    refuseNew(box);
    box.deploy(variant('/new'));
    const next = await pass(box, BOX, result.memory);
    expect(codes(next)).toEqual(['policy-refused']);
    expect(next.health.healthy).toBe(false);
    expect(next.health.reasons[0]?.detail).toMatch(/^bad rule x+\.\.\.$/);
    expect(next.health.reasons[0]?.detail.length).toBeLessThan(600);
    expect(box.process?.text).toBe(text);
    expect(box.files.get(box.paths.policy)).toBe(text);
  });

  test('is not tried again at every poll, is tried again later, and a mended one goes into force', async () => {
    const { box, result } = await settled();
    refuseNew(box);
    box.deploy(variant('/new'));
    let last = await pass(box, BOX, result.memory);
    const writes = jest.spyOn(box, 'write');
    last = await pass(box, BOX, last.memory);
    expect(writes.mock.calls.filter(([path]) => path === box.paths.policy)).toEqual([]);
    box.clock += 3 * MINUTE;
    last = await pass(box, BOX, last.memory);
    expect(writes.mock.calls.filter(([path]) => path === box.paths.policy)).toHaveLength(2);
    box.deploy(variant('/mended'));
    last = await pass(box, BOX, last.memory);
    expect(last.health.healthy).toBe(true);
    expect(box.process?.text).toContain('/mended');
  });

  test('with settings that need a restart: the old one comes back', async () => {
    const { box, result } = await settled();
    const { text } = box.process as { text: string };
    box.refuses = (candidate) => (candidate.includes('30m') ? 'bad timeout' : undefined);
    const config = soundConfig();
    config.proxy.upstream_response_header_timeout = '30m';
    box.deploy(bundleText(config));
    const next = await pass(box, BOX, result.memory);
    expect(codes(next)).toEqual(['policy-refused']);
    expect(next.health.reasons[0]?.detail).toContain('bad timeout');
    expect(box.process?.text).toBe(text);
    expect(box.files.get(box.paths.policy)).toBe(text);
  });

  test('as the first one a box ever gets: the door stays shut', async () => {
    const box = await FakeBox.make();
    box.refuses = () => 'bad';
    const result = await pass(box, BOX, NOTHING);
    expect(codes(result)).toEqual(['iron-proxy-down']);
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
    box.files.set(box.paths.auditOffset, '400\n/var/log/iron-proxy/audit.log\n0-400');
    let last = await pass(box, BOX, result.memory);
    last = await pass(box, BOX, last.memory);
    expect(last.health.healthy).toBe(true);
    box.clock += 4 * MINUTE;
    last = await pass(box, BOX, last.memory);
    expect(codes(last)).toEqual(['audit-stalled']);
    box.files.set(box.paths.auditOffset, '1000\n/var/log/iron-proxy/audit.log\n0-1000');
    last = await pass(box, BOX, last.memory);
    expect(last.health.healthy).toBe(true);
  });

  test('space is given back only for lines the log group has', async () => {
    const { box, result } = await settled();
    box.auditLength = box.auditAllocated = 200 * 1024 ** 2;
    const sent = 150 * 1024 ** 2;
    box.files.set(box.paths.auditOffset, `${sent}\n/var/log/iron-proxy/audit.log\n0-${sent}`);
    box.commands.length = 0;
    await pass(box, BOX, result.memory);
    const length = sent - 32 * 1024 ** 2;
    expect(box.commands).toContain(
      `fallocate --punch-hole --offset 0 --length ${length} ${box.paths.auditLog}`,
    );
  });
});

describe('iron-proxy from the manifest', () => {
  test('a newer one takes over, and the older one is cleared away', async () => {
    const { box, result } = await settled();
    box.deploy(bundleText(), { ironProxy: NEXT_RELEASE });
    let last = await pass(box, BOX, result.memory);
    expect(last.health.healthy).toBe(true);
    expect(box.process?.binary).toMatch(/^0\.51\.0-/);
    last = await pass(box, BOX, last.memory);
    expect((await box.list(box.paths.ironProxy)).filter((name) => name.startsWith('0.50'))).toEqual([]);
  });

  test('an archive with the wrong digest is never unpacked', async () => {
    const { box, result } = await settled();
    box.objects.set(NEXT_RELEASE.url, 'something else');
    box.deploy(bundleText(), { ironProxy: NEXT_RELEASE });
    box.commands.length = 0;
    const next = await pass(box, BOX, result.memory);
    expect(codes(next)).toEqual(['iron-proxy-unavailable']);
    expect(box.commands.join()).not.toContain('tar -x');
    expect(box.process?.binary).toMatch(/^0\.50\.0-/);
  });

  test('one that is not the version it should be is never run as the door', async () => {
    const { box, result } = await settled();
    box.deploy(bundleText(), { ironProxy: { ...NEXT_RELEASE, version: '0.52.0' } });
    const next = await pass(box, BOX, result.memory);
    expect(codes(next)).toEqual(['iron-proxy-unavailable']);
    expect(box.process?.binary).toMatch(/^0\.50\.0-/);
  });

  test('one that does not become healthy is rolled back, remembered, and not tried until the manifest changes', async () => {
    const { box, result } = await settled();
    box.refuses = (_, binary) => (binary.startsWith('0.51') ? 'cannot start' : undefined);
    box.deploy(bundleText(), { ironProxy: NEXT_RELEASE });
    let last = await pass(box, BOX, result.memory);
    expect(codes(last)).toEqual(['iron-proxy-rolled-back']);
    expect(last.health.reasons[0]?.detail).toContain('cannot start');
    expect(last.health.healthy).toBe(false);
    expect(box.process?.binary).toMatch(/^0\.50\.0-/);
    box.commands.length = 0;
    box.reboot();
    last = await pass(box, BOX, NOTHING);
    expect(codes(last)).toEqual(['iron-proxy-rolled-back']);
    expect(box.commands.join()).not.toContain('tar -x');
    box.deploy(bundleText(), { ironProxy: RELEASE });
    last = await pass(box, BOX, last.memory);
    expect(last.health.healthy).toBe(true);
    box.refuses = () => undefined;
    box.deploy(bundleText(), { ironProxy: NEXT_RELEASE });
    last = await pass(box, BOX, last.memory);
    expect(last.health.healthy).toBe(true);
    expect(box.process?.binary).toMatch(/^0\.51\.0-/);
  });
});

describe('warden from the manifest', () => {
  const NEXT = sha256('warden two');
  const wanted = { warden: { bucket: 'assets', key: 'warden.cjs', sha256: NEXT } };

  test('is fetched, verified and handed to the upgrade unit', async () => {
    const { box, result } = await settled();
    box.objects.set('s3://assets/warden.cjs', 'warden two');
    box.deploy(bundleText(), wanted);
    await pass(box, BOX, result.memory);
    expect(box.files.get(box.paths.upgrade)).toBe(`${NEXT}\n${SELF}\n`);
    expect(box.files.get(`${box.paths.wardens}/${NEXT}/warden.cjs`)).toBe('warden two');
    expect(box.commands).toContain('systemctl start --no-block airlock-upgrade.service');
  });

  test.each([
    ['with the wrong digest', 'warden three', /digest/],
    ['that may not be read', undefined, /AccessDenied/],
  ])('%s stays where it is', async (_, content, detail) => {
    const { box, result } = await settled();
    if (content !== undefined) box.objects.set('s3://assets/warden.cjs', content);
    box.deploy(bundleText(), wanted);
    const next = await pass(box, BOX, result.memory);
    expect(codes(next)).toEqual(['warden-unavailable']);
    expect(next.health.reasons[0]?.detail).toMatch(detail);
    expect(box.files.has(box.paths.upgrade)).toBe(false);
    expect(await box.list(box.paths.wardens)).toEqual([]);
  });

  test('that was rolled back is not fetched again until the manifest names another', async () => {
    const { box, result } = await settled();
    box.objects.set('s3://assets/warden.cjs', 'warden two');
    box.files.set(box.paths.badWarden, `${NEXT}\n`);
    box.deploy(bundleText(), wanted);
    let last = await pass(box, BOX, result.memory);
    expect(codes(last)).toEqual(['warden-rolled-back']);
    expect(box.files.has(box.paths.upgrade)).toBe(false);
    box.deploy(bundleText());
    last = await pass(box, BOX, last.memory);
    expect(last.health.healthy).toBe(true);
    box.deploy(bundleText(), wanted);
    await pass(box, BOX, last.memory);
    expect(box.files.has(box.paths.upgrade)).toBe(true);
  });

  test('proves itself only while it sees the box no worse than the one before did', async () => {
    const { box } = await settled();
    box.files.set(box.paths.upgrade, `${NEXT}\n${SELF}\n`);
    box.deploy(bundleText(), wanted);
    box.refuses = () => 'bad';
    box.process = undefined;
    let last = await pass(box, { ...BOX, warden: NEXT }, NOTHING);
    last = await pass(box, { ...BOX, warden: NEXT }, last.memory);
    expect(last.health.healthy).toBe(false);
    expect(box.files.has(box.paths.sound)).toBe(false);
    box.refuses = () => undefined;
    box.clock += 3 * MINUTE;
    await pass(box, { ...BOX, warden: NEXT }, last.memory);
    expect(box.files.get(box.paths.sound)).toBe(`${NEXT}\n`);
  });

  test('may take over on a box that was ill before', async () => {
    const box = await FakeBox.make();
    box.deploy(bundleText(), { ...wanted, ironProxy: undefined });
    box.objects.set('s3://assets/warden.cjs', 'warden two');
    await pass(box, BOX, NOTHING);
    await pass(box, { ...BOX, warden: NEXT }, NOTHING);
    expect(box.files.get(box.paths.sound)).toBe(`${NEXT}\n`);
  });
});
