import { broken, gap, type PreflightCheck } from './check';

/** The seeds ask for a hard limit. The kit has a budget that tells people, and nothing yet that stops an agent. */
export const spendLimit: PreflightCheck = {
  id: 'spend-limit',
  title: 'people hear of it when the money is spent; nothing stops by itself',
  run: (subject) => {
    const { budget } = subject.agent;
    const told = `a budget of ${budget.monthlyUsd} USD a month tells people at ${budget.alertsAtPercent.join(', ')} percent`;
    return (
      broken(subject, ['COST-1']) ??
      gap(
        `${told}; it stops nothing, and doesn't count what a model's provider bills`,
        "set a hard limit on the model's key at its provider, and be reachable for the alerts",
      )
    );
  },
};
