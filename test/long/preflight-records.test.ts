import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AttachVolumeCommand, DetachVolumeCommand } from '@aws-sdk/client-ec2';
import { auditLogGroup, STATE_DEVICE } from '../../constructs/names';
import type { Twist } from './preflight/between';
import { ByHand } from './preflight/by-hand';
import { missing } from './preflight/moto';
import { fault, TOKEN } from './preflight/verdicts';
import { World } from './preflight/world';

const HOUR = 3_600_000;

(missing() === undefined ? describe : describe.skip)('preflight --live, of backups and the audit log', () => {
  let world: World;
  let byHand: ByHand;

  beforeAll(async () => {
    world = await World.start();
    byHand = new ByHand(world.stack);
  }, 120_000);
  afterAll(() => world?.close());

  describe('VOL-2 backups', () => {
    beforeEach(() => world.sound(), 60_000);
    const NONE = { id: 'loss', reason: 'no snapshot of its state volume exists yet' };

    test('no snapshot fails, whatever there is of a volume that no machine has', async () => {
      await world.stack.deploy();
      await world.stack.log('scout', ['sound']);
      await world.setSecrets();
      await world.stack.snapshot(await byHand.volume());
      expect(await fault(world.command)).toMatchObject(NONE);
    }, 60_000);

    test('a second state volume without a snapshot fails', async () => {
      const InstanceId = world.stack.id('scout', 'agent-host');
      await world.stack.ec2.send(
        new AttachVolumeCommand({ InstanceId, VolumeId: await byHand.volume(), Device: '/dev/sdg' }),
      );
      expect(await fault(world.command)).toMatchObject(NONE);
    }, 60_000);

    test('a state volume that was taken off fails', async () => {
      const InstanceId = world.stack.id('scout', 'agent-host');
      const VolumeId = world.stack.id('scout', 'state');
      await world.stack.ec2.send(new DetachVolumeCommand({ InstanceId, VolumeId, Device: STATE_DEVICE }));
      expect(await fault(world.command)).toMatchObject({
        id: 'loss',
        reason: 'none of its machines has its state volume',
      });
    }, 60_000);
  });

  describe('the audit log', () => {
    beforeEach(() => world.sound(), 60_000);

    test('SEC-1 a credential on its last page fails, and is shown nowhere', async () => {
      const lines = Array.from({ length: 12_000 }, (_, index) => `{"request":${index}}`);
      await world.stack.log('scout', [...lines, `{"path":"/?key=${TOKEN}"}`], new Date(), 'busy');
      expect(await fault(world.command)).toMatchObject({
        id: 'secrets-in-logs',
        reason: '1 of 12003 lines of the last day hold what looks like a credential',
      });
      const { stdout, stderr } = await world.command.preflight('scout');
      expect(stdout + stderr).not.toContain(TOKEN);
    }, 120_000);

    test.each([
      [25, 'pass'],
      [23, 'fail'],
    ])(
      'a credential %d hours ago: %s',
      async (hours, result) => {
        await world.stack.log('scout', [TOKEN], new Date(Date.now() - hours * HOUR), 'earlier');
        expect((await world.command.checks('scout'))['secrets-in-logs']?.result).toBe(result);
      },
      60_000,
    );

    test('LOG-1 that is not there fails, with what to do', async () => {
      const logGroupName = auditLogGroup(world.airlock.name, 'scout');
      await world.stack.logs.send(new DeleteLogGroupCommand({ logGroupName }));
      expect(await fault(world.command)).toMatchObject({
        id: 'secrets-in-logs',
        reason: `there is no log group ${logGroupName} in us-east-1`,
        fix: expect.stringMatching(/^deploy the stack/),
      });
    }, 60_000);

    test('LOG-1 with no line of the last day fails, as by a clock that is ahead', async () => {
      const ahead = join(world.home, 'ahead.cjs');
      writeFileSync(
        ahead,
        `const { now } = Date; Date.now = () => now() + 48 * ${HOUR};
        const Real = Date; globalThis.Date = class extends Real { constructor(...of) {
          super(...(of.length === 0 ? [Real.now()] : of)); } };`,
      );
      const checks = await world.command.checks('scout', { NODE_OPTIONS: `--require ${ahead}` });
      expect(checks['secrets-in-logs']?.reason).toMatch(/^the audit log has no line since /);
      expect(checks.loss?.reason).toMatch(/ is 4[78] hours old$/);
    }, 60_000);
  });

  describe('what moto has no way to be told', () => {
    beforeAll(() => world.sound(), 60_000);

    test.each([
      [30, undefined],
      [32, 'the newest snapshot of its state volume is 32 hours old'],
      [-1, "the newest snapshot of its state volume is of the future, by this machine's clock"],
    ])(
      'a snapshot %d hours old: %s',
      async (hours, reason) => {
        const began = new Date(Date.now() - hours * HOUR).toISOString();
        const twist: Twist = async (action, pass) => {
          const answer = await pass();
          if (action !== 'DescribeSnapshots') return answer;
          return { ...answer, body: answer.body.replaceAll(/(?<=<startTime>)[^<]+/g, began) };
        };
        const { loss } = await world.through(twist, (aged) => aged.checks('scout'));
        expect(loss).toMatchObject(
          reason
            ? { result: 'fail', reason }
            : { result: 'pass', reason: expect.stringMatching(/30 hours old$/) },
        );
      },
      60_000,
    );

    test('an audit log that goes on for ever fails, and ends', async () => {
      const body = JSON.stringify({ events: [{ message: 'sound' }], nextToken: 'more' });
      const endless: Twist = async (action, pass) =>
        action === 'FilterLogEvents' ? { status: 200, type: 'application/x-amz-json-1.1', body } : pass();
      expect(await world.through(endless, fault)).toMatchObject({
        id: 'secrets-in-logs',
        reason: 'the audit log of the last day is longer than the 2000 lines that were read',
      });
    }, 120_000);
  });
});
