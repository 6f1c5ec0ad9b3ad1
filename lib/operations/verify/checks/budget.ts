import { budgetOf } from '../budget';
import { differences, type Subject, verdictOf, verifyCheck } from '../check';
import type { Live } from '../live/live';

async function read(live: Live, { deployed, agent }: Subject) {
  const own = budgetOf(deployed, agent);
  const found = (await live.budgets()).get(own?.name ?? '');
  // AWS has no alerts of a budget that is gone.
  return { own, found, alerts: own && found ? await live.budgetAlerts(own.name) : [] };
}

function judge({ own, found, alerts }: Awaited<ReturnType<typeof read>>) {
  const faults = !own
    ? ['the deployed template has no such budget']
    : !found
      ? [`the account has no budget ${own.name}`]
      : [
          ...(found.limitUsd === own.limitUsd
            ? []
            : [`the limit of ${own.name} is ${found.limitUsd} USD, and ${own.limitUsd} was deployed`]),
          ...differences(`alerts of ${own.name}`, own.alerts, alerts),
        ];
  return verdictOf(
    faults,
    `${own?.name} with ${own?.limitUsd} USD a month and ${own?.alerts.length} subscribers`,
    'find out in CloudTrail who changed it, and deploy the stack',
  );
}

export const budget = verifyCheck({
  id: 'budget',
  title: 'its budget has the deployed limit, and tells whom it was deployed to tell',
  invariants: ['COST-1'],
  scope: 'agent',
  read,
  judge,
});

export const stackBudget = verifyCheck({
  id: 'stack-budget',
  title: 'the budget of the whole stack has the deployed limit, and tells whom it was deployed to tell',
  invariants: ['COST-1'],
  scope: 'stack',
  read,
  judge,
});
