import { drillParameter } from '../../constructs/names';
import { ByHand } from './preflight/by-hand';
import { callersWithout, callerWith, permittedActions } from './preflight/callers';
import { missing } from './preflight/moto';
import { failed, fault, TOKEN, WITHOUT_CONTAINMENT } from './preflight/verdicts';
import { World } from './preflight/world';

(missing() === undefined ? describe : describe.skip)('preflight --live', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world?.close());
  beforeEach(() => world.sound());

  describe('a sound cell', () => {
    test('passes every check that needs no containment, and says so alike to people and programs', async () => {
      expect(await failed(world.command)).toEqual(WITHOUT_CONTAINMENT);
      const checks = await world.command.checks('scout');
      const { exitCode, stdout, stderr } = await world.command.preflight('scout');
      expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
      const marks = { pass: 'ok  ', fail: 'FAIL', gap: 'gap ', 'not applicable': 'n/a ' };
      // Long lines are wrapped.
      const words = stdout.replaceAll(/\s+/g, ' ');
      for (const { id, result, reason } of Object.values(checks)) {
        expect(stdout).toContain(`${marks[result]} ${id}: `);
        expect(words).toContain(` ${reason} `);
      }
      expect(stdout).toMatch(/scout is not ready to be left alone: 1 of \d+ failed/);
      expect(checks['secrets-in-logs']?.reason).toBe('none in 2 lines of the last day');
      expect(checks['secrets-set']?.reason).toBe('all 3 are set');
    });

    test('passes with the permissions of docs/PERMISSIONS.md, and each of them is needed', async () => {
      const actions = permittedActions(/^\| `npx airlock preflight --live`.*$/m, 'no `kms:Decrypt`');
      expect(actions).toHaveLength(7);
      const all = await callerWith(world.account, 'all', actions);
      const callers = await callersWithout(world.account, actions);
      await world.moto.identities(true);
      expect(await failed(world.command, 'scout', all)).toEqual(WITHOUT_CONTAINMENT);
      for (const { action, env } of callers) {
        const checks = Object.values(await world.command.checks('scout', env));
        const denied = checks.filter(({ reason }) => reason === `AWS denied ${action} in us-east-1`);
        expect({ action, denied }).not.toEqual({ action, denied: [] });
        for (const { result, fix } of denied) {
          expect(result).toBe('fail');
          expect(fix).toBe(`give the identity you signed in with the permission ${action}`);
        }
      }
    });

    test('KILL-1 has been tried once its day is in the parameter', async () => {
      const Name = drillParameter(world.airlock.name, 'scout');
      const put = (Value: string) =>
        world.account.call('ssm', 'PutParameter', { Name, Value, Type: 'String', Overwrite: true });
      await put(new Date().toISOString().slice(0, 10));
      expect(await failed(world.command)).toEqual([]);
      await put('2026-01-01');
      expect((await world.command.checks('scout'))['kill-switch']?.reason).toMatch(
        /^last tried \d+ days ago$/,
      );
    });

    test('a machine that is terminated and a volume that an older stack left are none of its own', async () => {
      const byHand = new ByHand(world.account);
      await world.account.call('ec2', 'TerminateInstances', { InstanceIds: await byHand.start() });
      await byHand.volume();
      expect(await failed(world.command)).toEqual(WITHOUT_CONTAINMENT);
    });

    test('another agent whose name begins with its own says nothing about it', async () => {
      await world.account.line('scout-2', 'requests', { path: TOKEN }, new Date());
      expect(await failed(world.command)).toEqual(WITHOUT_CONTAINMENT);
      const wrong = ['secrets-in-logs', 'loss', ...WITHOUT_CONTAINMENT, 'secrets-set'];
      expect(await failed(world.command, 'scout-2')).toEqual(wrong);
    });
  });

  describe('secrets', () => {
    test('SEC-2 an unset one fails until `airlock secrets put` sets it', async () => {
      await world.deploy();
      await world.backUp();
      await world.account.line('scout', 'requests', {}, new Date());
      const [first, ...others] = world.secrets();
      await world.setSecrets(others);
      const id = String(first).split('/').at(-1);
      expect(await fault(world.command)).toMatchObject({
        id: 'secrets-set',
        reason: `${id} is not set, so the rules that carry it refuse`,
      });
      const put = await world.command.run(['secrets', 'put', 'scout', String(id)], {}, 'placeholder');
      expect(put).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await failed(world.command)).toEqual(WITHOUT_CONTAINMENT);
    });
  });

  test('more than a page of machines are all seen', async () => {
    await new ByHand(world.account).start(120);
    expect(await fault(world.command)).toMatchObject({
      id: 'control-plane',
      reason: '121 agent hosts are deployed for it',
    });
  });
});
