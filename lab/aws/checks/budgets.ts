import { TAG_CELL, TAG_STACK } from '../../../constructs/names';
import { type Check, judge } from '../check';
import { AGENT } from '../configuration';

export const budgets: Check = {
  id: 'budgets',
  title: 'the budgets of stack and agent exist, filtered by their tags',
  covers: ['budgets'],
  minutes: 5,
  needs: ['deploy'],
  run: async (trial) => {
    const { Budgets = [] } = await trial.aws<{ Budgets?: { BudgetName: string }[] }>(
      'budgets',
      'describe-budgets',
      { AccountId: trial.account },
    );
    const own = Budgets.filter(({ BudgetName }) => BudgetName.startsWith(`${trial.stack}-`));
    const text = JSON.stringify(own);
    // AWS returns the filter in one of two forms; both contain the value.
    const filters = [`${TAG_STACK}$${trial.stack}`, `${TAG_CELL}$${trial.stack}/${AGENT}`];
    const missing = filters.filter((filter) => !text.includes(filter));
    return judge(
      own.length === 2 && missing.length === 0,
      `${own.length} budgets${missing.length > 0 ? `, none filtered by ${missing.join(' or ')}` : ', both filtered'}`,
    );
  },
};
