import { type Check, judge } from '../check';
import { AGENT } from '../configuration';
import { stackStatus } from '../leftovers';
import { running } from '../look';

/** The kinds of resources that stay, as `airlock retained` names them. */
const KEPT = ['secret', 'log group', 'state volume', 'backup vault', 'key'];

export const destroy: Check = {
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
};
