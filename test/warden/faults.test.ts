import { NOTHING, pass } from '../../lib/warden/pass';
import { BOX, FakeBox } from './support/fake-box';
import { bundleText, type Document, PREFIX, soundAirlock, soundConfig, variant } from './support/policy';
import { codes, MINUTE, settled } from './support/settled';

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
