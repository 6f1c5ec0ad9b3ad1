import { grantText, REVOKED, type WrittenGrant } from '../../lib/policy/grant/grant';
import { ruleText } from '../../lib/policy/grant/high-risk';
import type { GrantsFile } from '../../lib/warden/gate/grants-file';
import { Grants } from '../../lib/warden/grants';
import { NOTHING, pass } from '../../lib/warden/pass';
import { BOX, FakeBox } from './support/fake-box';
import {
  bundleText,
  DELETE,
  gateFor,
  PREFIX,
  soundAirlock,
  soundConfig,
  variant,
  WRITE_PARAMETER,
} from './support/policy';

const NAME = `${PREFIX}grants/release-delete`;
const RULE = { id: 'release-delete', ...DELETE, secret: 'github-write-pat', risk: 'high' } as const;
const APPROVER = 'arn:aws:iam::111122223333:user/approver';
const GRANT = { format: 1, rule: ruleText(RULE), seconds: 600, because: 'a wrong tag' } as const;
const DENIED = JSON.stringify(DELETE);

/** A box whose grants are polled and whose document follows, as watch.ts does it. */
class Watched {
  grants: Grants;
  memory = NOTHING;
  constructor(readonly box: FakeBox) {
    this.grants = new Grants(box, BOX);
  }
  static async make() {
    const watched = new Watched(await FakeBox.make());
    await watched.pass();
    return watched;
  }
  async pass() {
    const result = await pass(this.box, BOX, this.memory, this.grants);
    this.memory = result.memory;
    return result;
  }
  async round() {
    await this.grants.poll();
    if (this.grants.isDue) await this.pass();
  }
  write(written: WrittenGrant, by: string | null = APPROVER) {
    this.box.put(NAME, grantText(written) as string);
    const put = this.box.parameters.get(NAME) as { value: string; version: number };
    this.box.parameters.set(NAME, { ...put, modified: this.box.clock + this.box.skew });
    if (by !== null) this.box.authors.set(`${NAME} ${put.version}`, by);
  }
  get gate(): GrantsFile | undefined {
    const text = this.box.files.get(this.box.paths.grants);
    return text ? JSON.parse(text) : undefined;
  }
  get isInDocument() {
    return this.box.process?.text.includes(DENIED.slice(1, -1));
  }
}

describe('a grant on a proxy box', () => {
  test('of model calls goes to the gate alone, for the limits that the approver saw', async () => {
    const [config, airlock] = [soundConfig(), soundAirlock()];
    const { gate } = gateFor(config, airlock);
    const box = await FakeBox.make();
    box.deploy(bundleText(config, airlock, { gate: { ...gate, spend: { dailyUsd: 5 } } }));
    const watched = new Watched(box);
    await watched.pass();
    const before = box.process?.text;
    const name = `${PREFIX}grants/model-spend`;
    const rule = JSON.stringify(['model-spend', 'of models', ['calls'], ['above 5 USD a day'], null, null]);
    for (const [granted, open] of [
      [rule.replace('5', '6'), []],
      [rule, ['model-spend']],
    ] as const) {
      box.put(name, grantText({ ...GRANT, rule: granted }) as string);
      const put = box.parameters.get(name) as { value: string; version: number };
      box.parameters.set(name, { ...put, modified: box.clock + box.skew });
      box.authors.set(`${name} ${put.version}`, APPROVER);
      await watched.round();
      expect((watched.gate?.grants ?? []).map((each) => each.rule)).toEqual(open);
    }
    expect(box.process?.text).toBe(before);
  });

  test('opens in iron-proxy’s document first, then at the gate, with the name of who gave it', async () => {
    const watched = await Watched.make();
    expect(watched.isInDocument).toBe(false);
    watched.write(GRANT);
    await watched.grants.poll();
    expect(watched.gate).toBeUndefined();
    const { health, facts } = await watched.pass();
    expect(health.healthy).toBe(true);
    expect(watched.isInDocument).toBe(true);
    expect(watched.gate?.grants).toEqual([
      {
        id: 'release-delete@20261120T120000Z',
        rule: 'release-delete',
        because: 'a wrong tag',
        by: APPROVER,
        until: Date.parse('2026-11-20T12:10:00Z'),
      },
    ]);
    expect(watched.box.modes.get(watched.box.paths.grants)).toEqual({ mode: 0o640, group: 'airlock-gate' });
    expect(watched.grants.isDue).toBe(false);
    const plain = await pass(await FakeBox.make(), BOX, NOTHING);
    expect(facts.policy).toBe(plain.facts.policy);
  });

  test('is not given to the gate while iron-proxy refuses the document, and is not tried without end', async () => {
    const watched = await Watched.make();
    watched.write(GRANT);
    watched.box.refuses = (text) => (text.includes('DELETE') ? 'no' : undefined);
    await watched.round();
    expect(watched.gate).toBeUndefined();
    expect(watched.grants.isDue).toBe(false);
  });

  test.each([
    ['revoked', (watched: Watched) => watched.write(REVOKED)],
    ['deleted', ({ box }: Watched) => void box.parameters.delete(NAME)],
    ['spoilt', (watched: Watched) => watched.box.put(NAME, '{')],
  ])('that is %s closes at the gate at the next poll, and the document follows', async (_, end) => {
    const watched = await Watched.make();
    watched.write(GRANT);
    await watched.round();
    end(watched);
    await watched.grants.poll();
    expect(watched.gate).toBeUndefined();
    expect(watched.isInDocument).toBe(true);
    expect(watched.grants.isDue).toBe(true);
    await watched.pass();
    expect(watched.isInDocument).toBe(false);
  });

  test('has ended after its time by AWS’s clock, with the box’s clock set back and AWS unreachable', async () => {
    const watched = await Watched.make();
    watched.box.skew = 3_600_000;
    watched.write({ ...GRANT, seconds: 60 });
    await watched.round();
    expect(watched.isInDocument).toBe(true);
    watched.box.awsFault = 'ETIMEDOUT';
    watched.box.clock -= 86_400_000;
    watched.box.ticks += 59_000;
    await watched.grants.poll();
    expect(watched.grants.isDue).toBe(true);
    await watched.pass();
    expect(watched.gate).toBeUndefined();
    expect(watched.isInDocument).toBe(false);
  });

  test('is refused once it could not be read for a minute', async () => {
    const watched = await Watched.make();
    watched.write(GRANT);
    await watched.round();
    watched.box.awsFault = 'AccessDeniedException';
    watched.box.ticks += 59_000;
    await watched.round();
    expect(watched.gate?.grants).toHaveLength(1);
    watched.box.ticks += 1_000;
    await watched.round();
    expect(watched.gate).toBeUndefined();
    expect(watched.box.log.join()).toContain('AccessDeniedException');
    watched.box.awsFault = undefined;
    await watched.round();
    expect(watched.gate?.grants).toHaveLength(1);
  });

  test('survives a new warden, and a reboot only through AWS', async () => {
    const watched = await Watched.make();
    watched.write(GRANT);
    await watched.round();
    watched.grants = new Grants(watched.box, BOX);
    watched.memory = NOTHING;
    await watched.pass();
    expect(watched.isInDocument && watched.gate?.grants.length).toBe(1);
    watched.box.reboot();
    expect(watched.gate).toBeUndefined();
    watched.grants = new Grants(watched.box, BOX);
    watched.memory = NOTHING;
    watched.box.awsFault = 'ETIMEDOUT';
    await watched.pass();
    expect(watched.gate).toBeUndefined();
  });

  test.each<[string, (watched: Watched) => void]>([
    ['of nobody', (watched) => watched.write(GRANT, null)],
    ['of another rule', (watched) => watched.write({ ...GRANT, rule: 'x' })],
    ['of more than 8 hours', (watched) => watched.write({ ...GRANT, seconds: 999_999 })],
  ])('%s opens nothing', async (_, write) => {
    const watched = await Watched.make();
    write(watched);
    await watched.round();
    expect(watched.gate).toBeUndefined();
    expect(watched.isInDocument).toBe(false);
  });

  test('of a rule whose secret nobody has set opens nothing in the document', async () => {
    const watched = await Watched.make();
    watched.box.parameters.set(WRITE_PARAMETER, { value: 'UNSET', version: 1 });
    watched.write(GRANT);
    await watched.round();
    expect(watched.isInDocument).toBe(false);
  });

  test('ends when a deployment removes its rule', async () => {
    const watched = await Watched.make();
    watched.write(GRANT);
    await watched.round();
    watched.box.deploy(variant('/new').replace(/ {2}shut:[\s\S]*?(?=---)/, ''));
    await watched.pass();
    expect(watched.isInDocument).toBe(false);
    expect(watched.gate).toBeUndefined();
  });

  test('narrowed to a path is narrow in both', async () => {
    const watched = await Watched.make();
    const path = '/repos/ironsh/iron-proxy/releases/7';
    watched.write({ ...GRANT, paths: [path], count: 1 });
    await watched.round();
    expect(watched.gate?.grants).toMatchObject([{ paths: [path], count: 1 }]);
    expect(watched.isInDocument).toBe(false);
    expect(watched.box.process?.text).toContain(JSON.stringify({ ...DELETE, paths: [path] }));
  });
});
