import { broken, fail, type PreflightCheck, pass } from './check';

/** What stops something when a budget is reached. */
const STOPS = ['AWS::Budgets::BudgetsAction'];

/** The seeds' spend limit is a hard one. A budget that only tells people is none. */
export const spendLimit: PreflightCheck = {
  id: 'spend-limit',
  title: 'something stops when the money is spent',
  run: (subject) => {
    const unwatched = broken(subject, ['COST-1']);
    if (unwatched) return unwatched;
    const { budget } = subject.agent;
    const told = `a budget of ${budget.monthlyUsd} USD a month tells people at ${budget.alertsAtPercent.join(', ')} percent`;
    return STOPS.some((type) => subject.resourceTypes.has(type)) && budget.atLimit === 'contain'
      ? pass(`${told} and contains it at the last; a key that the provider bills needs a limit there too`)
      : fail(
          `${told}, but stops nothing, and doesn't count what a model's provider bills`,
          "set a hard limit on the model's key at its provider, and be reachable for the alerts",
        );
  },
};
