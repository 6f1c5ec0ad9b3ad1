import { fieldOf } from '../../json';
import type { DeployedResource } from './deployed';

/** The agent's budget: CloudFormation's, or that of the provider function. */
export function budgetOf(
  resources: readonly DeployedResource[],
  agent: string,
): { readonly name: string; readonly limitUsd: number } | undefined {
  for (const { type, get } of resources) {
    const budget = /Budget$/.test(type) ? get('Budget') : undefined;
    if (JSON.stringify(fieldOf(budget, 'CostFilters'))?.includes(`/${agent}"`)) {
      return {
        name: String(fieldOf(budget, 'BudgetName')),
        limitUsd: Number(fieldOf(budget, 'BudgetLimit', 'Amount')),
      };
    }
  }
  return undefined;
}
