import { NOTHING, pass } from '../../lib/warden/pass';
import { BOX, FakeBox } from './support/fake-box';
import { bundleText, type Document, PREFIX, soundConfig, variant } from './support/policy';
import { codes, MINUTE, settled } from './support/settled';

const spoilt = (spoil: (config: Document) => unknown) => {
  const config = soundConfig();
  spoil(config);
  return bundleText(config);
};

describe('what goes wrong leaves the running policy in force', () => {
  type Make = (box: FakeBox) => unknown;
  const withCode = (code: string, passing: boolean, makes: Record<string, Make>) =>
    Object.entries(makes).map(([name, make]) => [name, make, code, passing] as const);
  const part = `${PREFIX}policy/2`;
  /** Those with `true` count only when they last, the others at once. */
  const faults = [
    ...withCode('aws-unreadable', true, {
      'no network': (box) => (box.awsFault = 'ETIMEDOUT'),
      AccessDenied: (box) => (box.awsFault = 'AccessDeniedException'),
      throttling: (box) => (box.awsFault = 'ThrottlingException'),
      'the box parameter is gone': (box) => box.parameters.delete(BOX.parameter),
    }),
    ...withCode('manifest-invalid', true, {
      'the manifest is garbage': (box) => box.put(BOX.parameter, '{"format":'),
      'the manifest is an empty object': (box) => box.put(BOX.parameter, '{}'),
    }),
    ...withCode('manifest-foreign', true, {
      'the manifest belongs to another agent': (box) => box.deploy(variant('/new'), { agent: 'other' }),
    }),
    ...withCode('policy-incomplete', true, {
      'half a policy: a part is missing': (box) => [box.deploy(variant('/new')), box.parameters.delete(part)],
      'half a policy: a part is old': (box) => {
        const old = box.parameters.get(part)?.value as string;
        box.deploy(variant('/new'));
        box.put(part, old);
      },
      'the digest is wrong': (box) => [box.deploy(variant('/new')), box.put(`${PREFIX}policy/1`, 'x')],
    }),
    ...withCode('policy-invalid', false, {
      'garbage YAML': (box) => box.deploy('{{{{\n---\n]'),
      'one document': (box) => box.deploy('a: 1'),
      'warn: true': (box) => box.deploy(spoilt((c) => (c.transforms[1].config.warn = true))),
      'a policy for another agent': (box) => box.deploy(bundleText().replace('agent: scout', 'agent: other')),
    }),
    ...withCode('ca-unusable', true, {
      'the certificate is gone': (box) => box.parameters.delete(`${PREFIX}ca/certificate`),
      'the certificate is unset': (box) => box.put(`${PREFIX}ca/certificate`, 'UNSET'),
    }),
  ];

  test.each(faults)('%s', async (_, make, code, passing) => {
    const { box, poll, text } = await settled();
    make(box);
    const first = await poll();
    expect(codes(first)).toEqual([code]);
    expect(box.log.some((line) => line.includes(code))).toBe(true);
    expect(first.health.healthy).toBe(passing);
    box.clock += 6 * MINUTE;
    const second = await poll();
    expect(second.health.healthy).toBe(false);
    expect(box.process?.text).toBe(text);
    expect(box.policy).toBe(text);
  });

  test.each(faults)('%s, and warden and the box start again', async (_, make) => {
    const { box, poll, text } = await settled();
    make(box);
    box.reboot();
    await poll(NOTHING);
    expect(box.process?.text).toBe(text);
  });

  test.each(faults)('%s, on a box that never had a policy: iron-proxy stays off', async (_, make) => {
    const box = await FakeBox.make();
    make(box);
    const { health } = await pass(box, BOX, NOTHING);
    expect(health.healthy && box.process === undefined).toBe(false);
    expect(box.policy).toBeUndefined();
    expect(box.process).toBeUndefined();
  });
});

describe('a policy iron-proxy refuses', () => {
  const refuseNew = (box: FakeBox) => {
    box.refuses = (text) => (text.includes('/new') ? `bad rule ${'x'.repeat(2000)}` : undefined);
  };

  test('leaves the old one in force and on disk, and iron-proxy is quoted, cut short', async () => {
    const { box, poll, text } = await settled();
    refuseNew(box);
    box.deploy(variant('/new'));
    const next = await poll();
    expect(codes(next)).toEqual(['policy-refused']);
    expect(next.health.healthy).toBe(false);
    expect(next.health.reasons[0]?.detail).toMatch(/^error: bad rule x+\.\.\.$/);
    expect(next.health.reasons[0]?.detail.length).toBeLessThan(600);
    expect(box.process?.text).toBe(text);
    expect(box.policy).toBe(text);
  });

  test('is not tried again at every poll, is tried again later, and a mended one goes into force', async () => {
    const { box, poll } = await settled();
    refuseNew(box);
    box.deploy(variant('/new'));
    let last = await poll();
    const writes = vi.spyOn(box, 'write');
    last = await poll();
    expect(writes.mock.calls.filter(([path]) => path === box.paths.policies.b)).toEqual([]);
    box.clock += 3 * MINUTE;
    last = await poll();
    expect(writes.mock.calls.filter(([path]) => path === box.paths.policies.b)).toHaveLength(1);
    box.deploy(variant('/mended'));
    last = await poll();
    expect(last.health.healthy).toBe(true);
    expect(box.process?.text).toContain('/mended');
  });

  test('with other settings: leaves the old one too', async () => {
    const { box, poll, text } = await settled();
    box.refuses = (candidate) => (candidate.includes('30m') ? 'bad timeout' : undefined);
    box.deploy(spoilt((config) => (config.proxy.upstream_response_header_timeout = '30m')));
    const next = await poll();
    expect(codes(next)).toEqual(['policy-refused']);
    expect(next.health.reasons[0]?.detail).toContain('bad timeout');
    expect(box.process?.text).toBe(text);
    expect(box.policy).toBe(text);
  });

  test('as the first one a box ever gets: iron-proxy stays off', async () => {
    const box = await FakeBox.make();
    box.refuses = () => 'bad';
    const result = await pass(box, BOX, NOTHING);
    expect(codes(result)).toEqual(['iron-proxy-down']);
    expect(box.process).toBeUndefined();
  });
});
