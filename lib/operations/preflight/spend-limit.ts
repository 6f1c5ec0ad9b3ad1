import { broken, gap, type PreflightCheck, pass } from './check';

/** What neither alerts nor a containment count. */
const UNCOUNTED = "a day late, and without what a model's provider bills: set a hard limit on its key there";

export const spendLimit: PreflightCheck = {
  id: 'spend-limit',
  title: 'its budget alerts people and contains it at the limit',
  run: (subject) => {
    const { budget, name } = subject.agent;
    const isBroken = broken(subject, ['COST-1']);
    if (isBroken) return isBroken;
    const limit = `${budget.monthlyUsd} USD a month`;
    return budget.atLimit === 'contain'
      ? pass(`it is contained at ${limit} of AWS's bill, up to ${UNCOUNTED}`)
      : gap(
          `a budget of ${limit} alerts people at ${budget.alertsAtPercent.join(', ')} percent, and stops nothing`,
          `write "atLimit: contain" into the budget of ${name}; it counts up to ${UNCOUNTED}`,
        );
  },
};
