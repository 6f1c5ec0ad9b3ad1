import { broken, gap, type PreflightCheck } from './check';

/** A budget alerts people. Nothing in the kit stops an agent at its budget yet. */
export const spendLimit: PreflightCheck = {
  id: 'spend-limit',
  title: 'its budget alerts people; nothing stops the agent at the limit',
  run: (subject) => {
    const { budget } = subject.agent;
    const alerts = `a budget of ${budget.monthlyUsd} USD a month alerts people at ${budget.alertsAtPercent.join(', ')} percent`;
    return (
      broken(subject, ['COST-1']) ??
      gap(
        `${alerts}; it stops nothing, and doesn't count what a model's provider bills`,
        "set a hard limit on the model's key at its provider, and be reachable for the alerts",
      )
    );
  },
};
