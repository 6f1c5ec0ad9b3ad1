import { budgetOf } from '../budget';
import { verdictOf, verifyCheck } from '../check';

export const budget = verifyCheck({
  id: 'budget',
  title: 'its budget has the deployed limit',
  invariants: ['COST-1'],
  scope: 'agent',
  read: (live) => live.budgets(),
  judge: (found, { deployed, agent }) => {
    const own = budgetOf(deployed.resources, agent);
    const live = found.get(own?.name ?? '');
    const faults = [
      ...(own ? [] : ['the deployed template has no budget of it']),
      ...(own && !live ? [`the account has no budget ${own.name}`] : []),
      ...(own && live && live.limitUsd !== own.limitUsd
        ? [`the limit of ${own.name} is ${live.limitUsd} USD, and ${own.limitUsd} was deployed`]
        : []),
    ];
    return verdictOf(
      faults,
      `${own?.name} with ${own?.limitUsd} USD a month`,
      'find out in CloudTrail who changed it, and deploy the stack',
    );
  },
});
