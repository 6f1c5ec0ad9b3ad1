import type { ConfigFiles } from '../config/config-files';
import { type Airlock, type Problem, STACK_ALERTS } from '../config/model';
import { problemAt, type Source } from '../config/source/source';
import { itemsOfConfiguration } from '../cost/of-configuration';
import { instancePrice, PRICES, priceOf } from '../cost/price-table';
import { quote } from '../cost/quote';

/** Budgets whose alerts come every month, and machines without a known price. */
export function budgetWarnings(airlock: Airlock, files: ConfigFiles): Problem[] {
  const costs = quote(itemsOfConfiguration(airlock), PRICES);
  const ofAgents = airlock.agents.flatMap((agent) => {
    const source = files.agents.find(({ file }) => file === agent.file);
    const cost = costs.agents.find((each) => each.agent === agent.name);
    if (source === undefined || cost === undefined) return [];
    return [
      ...unpriced(source, agent.host.instanceType, 'host'),
      ...unpriced(source, agent.proxy.instanceType, 'proxy'),
      ...belowIdle(source, agent.budget, cost.idleUsd, `airlock cost ${agent.name}`),
    ];
  });
  const stack = { ...airlock.budget, alertsAtPercent: STACK_ALERTS };
  return [
    ...belowAgents(airlock, files.airlock),
    ...(files.airlock ? belowIdle(files.airlock, stack, costs.idleUsd, 'airlock cost') : []),
    ...ofAgents,
  ];
}

interface Budget {
  readonly monthlyUsd: number;
  readonly alertsAtPercent: readonly number[];
}

function belowIdle(source: Source, budget: Budget, idleUsd: number, command: string): Problem[] {
  const idle = Math.ceil(idleUsd);
  const first = Math.min(...budget.alertsAtPercent);
  if ((budget.monthlyUsd * first) / 100 > idleUsd) return [];
  const enough = Math.floor((idle * 100) / first) + 1;
  const message =
    budget.monthlyUsd <= idleUsd
      ? `is below the idle cost of about ${idle} USD a month, so its alerts come every month`
      : `alerts first at ${first} %, which is below the idle cost of about ${idle} USD a month, so that alert comes every month`;
  const fix = `raise it to ${enough} or more${budget.alertsAtPercent === STACK_ALERTS ? '' : ', or alert at higher percentages'}; "npx ${command}" shows what costs how much`;
  return [problemAt({ source, path: ['budget', 'monthlyUsd'] }, { message, fix })];
}

function unpriced(source: Source, type: string, machine: 'host' | 'proxy'): Problem[] {
  return priceOf(PRICES, instancePrice(type)) !== undefined
    ? []
    : [
        problemAt(
          { source, path: [machine, 'instanceType'] },
          {
            message: `has no price in the table of ${PRICES.region}, so nothing says whether the budget is above the idle cost`,
            fix: 'look it up in the AWS Pricing Calculator, or choose a type that "npx airlock cost" knows',
          },
        ),
      ];
}

function belowAgents({ agents, budget }: Airlock, source: Source | undefined): Problem[] {
  const sum = agents.reduce((total, agent) => total + agent.budget.monthlyUsd, 0);
  return !source || sum <= budget.monthlyUsd
    ? []
    : [
        problemAt(
          { source, path: ['budget', 'monthlyUsd'] },
          {
            message: `is less than the budgets of its agents together (${Number(sum.toFixed(2))})`,
            fix: 'raise it, or lower those of the agents',
          },
        ),
      ];
}
