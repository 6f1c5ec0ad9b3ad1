import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ATTEMPTS, CONTROLS } from '../../lab/network/attempts';
import { sceneOf } from '../../lab/network/plan/scene';
import {
  LOCKS,
  type LockId,
  onlyLock,
  SHUT,
  type ShutId,
  shut,
  VARIANTS,
  type VariantId,
  weaken,
} from '../../lab/network/weakened/variants';
import { cast, KIT, planned } from './support';

const ROOT = join(__dirname, '..', '..');
const SCENE = cast(KIT);

describe('the attempts', () => {
  test('are numbered, each once', () => {
    const ids = ATTEMPTS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[A-Z]\d\d$/.test(id))).toEqual([]);
    expect(ids.length).toBeGreaterThanOrEqual(100);
  });

  test('name invariants that SECURITY.md knows', () => {
    const known = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8');
    expect(ATTEMPTS.filter(({ invariant }) => !known.includes(`| ${invariant} |`))).toEqual([]);
  });

  test.each(['NET-1', 'NET-2', 'NET-3', 'NET-4', 'NET-5', 'NET-6', 'IAM-1', 'IMDS-1'])(
    '%s is attacked',
    (invariant) => {
      expect(ATTEMPTS.filter((each) => each.invariant === invariant).length).toBeGreaterThan(0);
    },
  );

  test('have something to send in the shipped network, or say why not', () => {
    for (const { id, probes } of ATTEMPTS) {
      const sent = probes(SCENE);
      expect([id, typeof sent === 'string' ? sent.length : sent.length]).not.toEqual([id, 0]);
      if (typeof sent === 'string') expect(sent).toMatch(/^this template has no /);
    }
  });

  test('the same is sent in the weakened network: the same address, port and kind', () => {
    for (const attempt of ATTEMPTS) {
      const weak = cast(weaken(KIT, attempt.weakened, SCENE));
      const [shipped, open] = [attempt.probes(SCENE), attempt.probes(weak)].map((probes) =>
        typeof probes === 'string' ? probes : probes.map(({ sourcePort, ...probe }) => probe),
      );
      expect([attempt.id, open]).toEqual([attempt.id, shipped]);
    }
  });

  test('undo exactly what they change: an attempt with commands has an undo', () => {
    const changing = ATTEMPTS.filter(({ probes }) => {
      const sent = probes(SCENE);
      return typeof sent !== 'string' && sent.some((probe) => probe.do === 'run' || probe.do === 'arp');
    });
    expect(changing.length).toBeGreaterThan(8);
    expect(changing.filter(({ undo }) => undo === undefined).map(({ id }) => id)).toEqual([]);
  });
});

describe('weakened networks', () => {
  test.each(Object.keys(VARIANTS) as VariantId[])(
    '%s differs from the shipped one, can be built, and is needed',
    (id) => {
      const before = JSON.stringify(KIT);
      const weak = weaken(KIT, id, SCENE);
      expect(JSON.stringify(KIT)).toBe(before);
      expect(JSON.stringify(weak)).not.toBe(before);
      expect(sceneOf(planned(weak))).toBeDefined();
      expect(ATTEMPTS.some(({ weakened }) => weakened === id)).toBe(true);
    },
  );

  test.each(Object.keys(LOCKS) as LockId[])('only %s can be built, and attempts name it', (id) => {
    expect(sceneOf(planned(onlyLock(KIT, id)))).toBeDefined();
    expect(ATTEMPTS.filter(({ locks }) => locks?.includes(id)).length).toBeGreaterThan(5);
  });

  test.each(Object.keys(SHUT) as ShutId[])(
    '%s can be built, and something that must work fails in it',
    (id) => {
      expect(sceneOf(planned(shut(KIT, id)))).toBeDefined();
      expect(CONTROLS.some(({ failsIn }) => failsIn?.includes(id))).toBe(true);
    },
  );

  test('every control but time sync, which nothing closes, is seen to fail', () => {
    expect(CONTROLS.filter(({ failsIn }) => failsIn === undefined).map(({ title }) => title)).toEqual([
      'Amazon Time Sync answers',
    ]);
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
