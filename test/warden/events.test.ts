import { Events, eventsBetween } from '../../lib/warden/events';
import { reason } from '../../lib/warden/reason';
import { FakeBox } from './support/fake-box';

const FACTS = {
  stack: 'airlock',
  agent: 'scout',
  warden: 'a'.repeat(64),
  ironProxy: `/opt/iron-proxy/${'b'.repeat(64)}`,
  policy: 'c'.repeat(64),
  unset: [],
  secrets: { 'github-read-pat': 2 },
};
const present = (facts: object = {}, reasons = [] as ReturnType<typeof reason>[]) => ({
  facts: { ...FACTS, ...facts },
  reasons,
  release: '2023.9.20260101',
});

describe('what warden tells the trail', () => {
  test('first all that is in force, by digest and version', () => {
    expect(eventsBetween(undefined, present())).toEqual([
      {
        event: 'warden-starts',
        detail: {
          warden: FACTS.warden,
          'iron-proxy': 'b'.repeat(64),
          policy: FACTS.policy,
          'amazon-linux': '2023.9.20260101',
          'secret github-read-pat': 2,
        },
      },
    ]);
  });

  test.each<[string, object, object]>([
    ['another policy', { policy: 'd' }, { what: 'policy', from: FACTS.policy, to: 'd' }],
    [
      'another iron-proxy',
      { ironProxy: '/opt/iron-proxy/e' },
      { what: 'iron-proxy', from: 'b'.repeat(64), to: 'e' },
    ],
    [
      'a new version of a secret',
      { secrets: { 'github-read-pat': 3 } },
      { what: 'secret github-read-pat', from: 2, to: 3 },
    ],
    ['a secret that is gone', { secrets: {} }, { what: 'secret github-read-pat', from: 2, to: '' }],
  ])('then %s', (_, facts, detail) => {
    expect(eventsBetween(present(), present(facts))).toEqual([{ event: 'changed', detail }]);
  });

  test('and once what was refused, with why; a fault that passes is none', () => {
    const refused = [reason('policy-refused', 'bad rule'), reason('aws-unreadable')];
    const detail = { code: 'policy-refused', detail: 'bad rule' };
    expect(eventsBetween(present(), present({}, refused))).toEqual([{ event: 'refused', detail }]);
    expect(eventsBetween(present({}, refused), present({}, refused))).toEqual([]);
  });

  test('a fault that comes and goes writes 200 events a day, and the last one says so; other kinds are written on', async () => {
    const box = await FakeBox.make();
    const events = new Events(box);
    for (let pass = 0; pass < 600; pass += 1) {
      await events.look({ facts: FACTS, health: { reasons: pass % 2 ? [reason('policy-refused')] : [] } });
    }
    const lines = box.log.map((line) => JSON.parse(line));
    expect(lines).toHaveLength(201);
    expect(lines.at(-1)).toMatchObject({
      event: 'omitted',
      detail: { reason: expect.stringContaining('refused') },
    });
    // What comes and goes, or what the agent causes, takes no place of another kind.
    events.tell({ event: 'contained', detail: {} });
    await events.look({ facts: FACTS, health: { reasons: [] } });
    expect(box.log.at(-1)).toContain('"contained"');
    box.clock += 86_400_000;
    await events.look({ facts: { ...FACTS, policy: 'd' }, health: { reasons: [] } });
    expect(box.log.at(-1)).toContain('"to":"d"');
  });

  test('an event that could not be written is written at the next pass', async () => {
    const box = await FakeBox.make();
    const events = new Events(box);
    const append = box.append.bind(box);
    box.append = async () => Promise.reject(new Error('ENOSPC'));
    await expect(events.look({ facts: FACTS, health: { reasons: [] } })).rejects.toThrow('ENOSPC');
    box.append = append;
    await events.look({ facts: FACTS, health: { reasons: [] } });
    expect(box.log).toEqual([expect.stringContaining('warden-starts')]);
  });
});
