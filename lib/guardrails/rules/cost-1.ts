import { TAG_CELL, TAG_STACK } from '../../../constructs/names';
import type { Resource } from '../../reach/template/template';
import { field, items, textOf } from '../../reach/template/value';
import type { Finding, Rule } from '../rule';
import type { Cell } from '../template/cell';
import type { StackTemplate } from '../template/stack-template';
import { tagOf } from '../template/tags';

export const cost1: Rule = {
  id: 'COST-1',
  law: 'every agent, and the stack, has a budget that tells somebody',
  check: (stack) => [...stack.cells.flatMap((cell) => ofCell(stack, cell)), ...ofStacks(stack)],
};

function ofCell(stack: StackTemplate, cell: Cell): Finding[] {
  const name = `${cell.stack}/${cell.agent}`;
  const uncounted = [...cell.hosts, ...cell.proxies, ...cell.volumes]
    .filter((resource) => tagOf(resource, TAG_CELL) !== name)
    .map((resource) => ({
      resource: resource.id,
      message: `has no tag ${TAG_CELL} with the value ${name}, so the agent's budget doesn't see what it costs`,
      fix: `tag it ${TAG_CELL}=${name}`,
    }));
  return [...uncounted, ...budget(stack, `user:${TAG_CELL}$${name}`, cell.anchor, `agent "${cell.agent}"`)];
}

function ofStacks(stack: StackTemplate): Finding[] {
  const anchors = new Map(stack.cells.map((cell) => [cell.stack, cell.anchor]));
  return [...anchors].flatMap(([name, anchor]) =>
    budget(stack, `user:${TAG_STACK}$${name}`, anchor, `the stack "${name}"`),
  );
}

/** CloudFormation's, and the provider's where CloudFormation has none: the same properties. */
const BUDGET_TYPES = ['AWS::Budgets::Budget', 'Custom::AirlockMonthlyBudget'];

/** Findings about the budget that filters by exactly this tag: missing, or without a subscriber. */
function budget(stack: StackTemplate, filter: string, anchor: Resource, whose: string): Finding[] {
  const budgets = BUDGET_TYPES.flatMap((type) => stack.template.ofType(type)).filter((each) => {
    const filters = field(field(each.get('Budget'), 'CostFilters'), 'TagKeyValue');
    return items(filters).length === 1 && textOf(items(filters)[0]) === filter;
  });
  const silent = budgets.filter((each) => !alerts(each));
  const fix = 'make it with MonthlyBudget: a monthly cost budget with at least one alert and one subscriber';
  return budgets.length === 0
    ? [{ resource: anchor.id, message: `${whose} has no budget over the tag ${filter}`, fix }]
    : silent.map(({ id }) => ({
        resource: id,
        message: `the budget of ${whose} tells nobody when it is spent`,
        fix,
      }));
}

function alerts(budget: Resource): boolean {
  const amount = Number(textOf(field(field(budget.get('Budget'), 'BudgetLimit'), 'Amount')));
  const monthly = textOf(field(budget.get('Budget'), 'TimeUnit')) === 'MONTHLY';
  const notifications = items(budget.get('NotificationsWithSubscribers'));
  return (
    monthly &&
    amount > 0 &&
    notifications.length > 0 &&
    notifications.every((alert) => items(field(alert, 'Subscribers')).length > 0)
  );
}
