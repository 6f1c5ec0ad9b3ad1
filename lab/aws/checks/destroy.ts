import { auditLogGroup } from '../../../constructs/names';
import { type Check, judge } from '../check';
import { AGENT } from '../configuration';
import { leftovers, stackStatus } from '../leftovers';

export const destroy: Check = {
  id: 'destroy',
  title: 'cdk destroy takes the machines and keeps state, logs, keys and secrets',
  covers: ['return', 'deployment'],
  minutes: 40,
  needs: ['state', 'secret'],
  run: async (trial) => {
    await trial.destroy();
    const status = await stackStatus(trial.aws, trial.stack);
    const kept = await leftovers(trial);
    const has = (kind: string) => kept.some((each) => each.kind === kind);
    const log = auditLogGroup(trial.stack, AGENT);
    const good =
      status === undefined &&
      !has('instance') &&
      has('volume') &&
      has('key') &&
      has('parameter') &&
      kept.some(({ id }) => id === log);
    const kinds = [...new Set(kept.map(({ kind }) => kind))].map(
      (kind) => `${kept.filter((each) => each.kind === kind).length} ${kind}`,
    );
    return judge(good, `stack ${status ?? 'gone'}; kept: ${kinds.join(', ')}`);
  },
};
