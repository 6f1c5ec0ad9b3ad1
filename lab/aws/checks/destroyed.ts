import { auditLogGroup } from '../../../constructs/names';
import { type Check, fail, judge } from '../check';
import { AGENT, FIRST_AGENT } from '../configuration';
import { stackStatus } from '../leftovers';
import { eventsOf, running, waitForAgent } from '../look';
import { ARRIVED, answered, request } from '../request';
import { judgeState } from '../state';

/** The kinds of resources that stay, as `airlock retained` names them. */
const KEPT = ['secret', 'log group', 'state volume', 'backup vault', 'archive', 'key'];

const DAY = 86_400_000;

const RESTORED = 'restored';

/** The stack destroyed, and made again. */
export const DESTROYED: readonly Check[] = [
  {
    id: 'destroy',
    title:
      'cdk destroy deletes the machines, and `airlock retained` lists the state, logs, keys and secrets that stay',
    covers: ['return', 'deployment'],
    minutes: 40,
    needs: ['state', 'secret'],
    run: async (trial) => {
      await trial.destroy();
      const status = await stackStatus(trial.aws, trial.stack);
      const machines = await running(trial, AGENT);
      const { leftovers = [] } = await trial.airlockJson<{ leftovers?: { kind: string }[] }>(['retained']);
      const counts = KEPT.map((kind) => ({
        kind,
        count: leftovers.filter((each) => each.kind === kind).length,
      }));
      return judge(
        status === undefined && machines.length === 0 && counts.every(({ count }) => count > 0),
        `stack ${status ?? 'gone'}; ${machines.length} machines; kept: ${counts.map(({ kind, count }) => `${count} ${kind}`).join(', ')}`,
      );
    },
  },
  {
    id: 'return',
    title:
      'a new stack with the name of the destroyed one has the old log, and the old secret after `airlock secrets carry`',
    covers: ['return'],
    minutes: 60,
    needs: ['destroy'],
    run: async (trial) => {
      const began = trial.now();
      await trial.deploy('--import-existing-resources');
      const host = await waitForAgent(trial);
      const { status: before } = await request(trial, host, '/zen');
      if (before === 200 || before === ARRIVED)
        return fail(`status ${before} before the secret was carried over`);
      await trial.airlock(['secrets', 'carry', AGENT]);
      const after = await answered(trial, host, 'the old secret is used');
      const lines = await eventsOf(trial, auditLogGroup(trial.stack, AGENT), new Date(began.getTime() - DAY));
      const old = lines.filter(({ ingestionTime }) => ingestionTime < began.getTime()).length;
      return judge(
        after === ARRIVED && old > 0,
        `not carried: status ${before}; carried: the server answers ${after}; ${old} old lines in the log`,
      );
    },
  },
  {
    id: 'restore',
    title: 'a new cell whose `host.stateFrom` is a recovery point finds the old state',
    covers: ['restore'],
    minutes: 40,
    needs: ['backup'],
    run: async (trial) => {
      const stateFrom = trial.notes.get('recovery point');
      if (!stateFrom) return fail('no recovery point is known');
      trial.configure(({ agents, ...rest }) => ({
        ...rest,
        agents: { ...agents, [RESTORED]: { ...FIRST_AGENT, stateFrom } },
      }));
      await trial.deploy();
      return judgeState(trial, RESTORED, stateFrom);
    },
  },
];
