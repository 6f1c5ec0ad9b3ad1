import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NETWORK_ATTEMPTS, NETWORK_CONTROLS } from '../../lab/network/attempts';
import { rolesOf } from '../../lab/network/plan/roles';
import { LOCKS, SHUT, VARIANTS, weaken } from '../../lab/network/weakened/variants';
import { PROXY_ATTEMPTS } from '../../lab/proxy/attempts';
import { RECORD_CHECKS } from '../../lab/proxy/plan/record-checks';
import { KIT, planned, rolesIn } from './support';

const ROOT = join(__dirname, '..', '..');
const ROLES = rolesIn(KIT);
const ATTEMPTS = [...NETWORK_ATTEMPTS, ...PROXY_ATTEMPTS];

describe('the attempts', () => {
  test('are numbered, each once, as are controls and record checks', () => {
    const ids = [...ATTEMPTS, ...NETWORK_CONTROLS, ...RECORD_CHECKS].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[A-Z]\d\d$/.test(id))).toEqual([]);
  });

  test('are none too few', () => {
    expect([NETWORK_ATTEMPTS.length, PROXY_ATTEMPTS.length]).toEqual([133, 157]);
    expect([NETWORK_CONTROLS.length, RECORD_CHECKS.length]).toEqual([12, 5]);
    expect(Object.keys({ ...VARIANTS, ...SHUT })).toHaveLength(10);
  });

  test('name invariants that SECURITY.md knows, and places in which they must fail', () => {
    const known = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
    expect(ATTEMPTS.filter(({ law }) => !known.includes(`| ${law} |`))).toEqual([]);
    expect(ATTEMPTS.filter(({ mustFailIn }) => mustFailIn.length === 0)).toEqual([]);
  });

  const laws = 'NET-1 NET-2 NET-3 NET-4 NET-5 NET-6 NET-7 IAM-1 IMDS-1 POL-1 SEC-2 MOD-1 LOG-2 CAP-1';
  test.each(laws.split(' '))('%s is attacked', (law) => {
    expect(ATTEMPTS.some((each) => each.law === law)).toBe(true);
  });

  test('on the network have something to send, or say why not', () => {
    for (const { id, run } of NETWORK_ATTEMPTS) {
      const sent = run(ROLES);
      expect([id, sent.length]).not.toEqual([id, 0]);
      if (typeof sent === 'string') expect(sent).toMatch(/^this template has no /);
    }
  });

  test('send the same in the weakened network: the same address, port and kind', () => {
    for (const attempt of NETWORK_ATTEMPTS) {
      for (const place of attempt.mustFailIn) {
        const weak = rolesIn(weaken(KIT, VARIANTS[place], ROLES));
        const [shipped, open] = [attempt.run(ROLES), attempt.run(weak)].map((probes) =>
          typeof probes === 'string' ? probes : probes.map(({ sourcePort, ...probe }) => probe),
        );
        expect([attempt.id, open]).toEqual([attempt.id, shipped]);
      }
    }
  });

  test('undo exactly what they change: an attempt with commands has an undo', () => {
    const changing = NETWORK_ATTEMPTS.filter(({ run }) => {
      const sent = run(ROLES);
      return typeof sent !== 'string' && sent.some((probe) => probe.do === 'run' || probe.do === 'arp');
    });
    expect(changing.length).toBeGreaterThan(8);
    expect(changing.filter(({ undo }) => undo === undefined).map(({ id }) => id)).toEqual([]);
  });
});

describe('weakened networks', () => {
  const all = { ...VARIANTS, ...SHUT };
  test.each(Object.entries(all))(
    '%s differs from the shipped one, can be built, and is needed',
    (id, change) => {
      const before = JSON.stringify(KIT);
      const weak = weaken(KIT, change, ROLES);
      expect(JSON.stringify(KIT)).toBe(before);
      expect(JSON.stringify(weak)).not.toBe(before);
      expect(rolesOf(planned(weak))).toBeDefined();
      const needed = [...NETWORK_ATTEMPTS, ...NETWORK_CONTROLS].flatMap(({ mustFailIn }) => mustFailIn);
      expect(needed).toContain(id);
    },
  );

  test.each(Object.entries(LOCKS))('only %s can be built, and attempts name it', (id, change) => {
    expect(rolesOf(planned(weaken(KIT, change, ROLES)))).toBeDefined();
    expect(NETWORK_ATTEMPTS.filter(({ locks }) => locks?.some((each) => each === id)).length).toBeGreaterThan(
      5,
    );
  });

  test('every control but time sync, which nothing closes, is seen to fail', () => {
    const open = NETWORK_CONTROLS.filter(({ mustFailIn }) => mustFailIn.length === 0);
    expect(open.map(({ title }) => title)).toEqual(['Amazon Time Sync answers']);
  });
});

test.each([
  'proof',
  'network/plan',
  'network/attempts',
  'network/weakened',
  'proxy/plan',
  'proxy/attempts',
  'proxy/decisions',
  'rehearsal/plan',
])('lab/%s is pure: no files, no processes, no AWS', (room) => {
  const directory = join(ROOT, 'lab', room);
  const impure = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) =>
      /from '(node:|aws-cdk|@aws)|require\(/.test(readFileSync(join(directory, name), 'utf8')),
    );
  expect(impure).toEqual([]);
});
