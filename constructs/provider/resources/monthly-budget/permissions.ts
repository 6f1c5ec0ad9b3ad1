import type { PermissionScope, PermissionStatement } from '../../function/permissions';

/** First part of the name of every budget that the provider makes for a stack: no other stack's name begins like it. */
export function budgetPrefix(stack: string, region: string): string {
  return `${stack}.${region}`;
}

/** For the budgets of one stack. */
export function monthlyBudgetPermission({
  partition,
  region,
  account,
  stack,
}: PermissionScope & { readonly stack: string }): PermissionStatement {
  const arn = `arn:${partition}:budgets::${account}:budget/${budgetPrefix(stack, region)}`;
  return {
    sid: 'Budgets',
    actions: [
      'budgets:ListTagsForResource',
      'budgets:ModifyBudget',
      'budgets:TagResource',
      'budgets:UntagResource',
      'budgets:ViewBudget',
    ],
    resources: [arn, `${arn}.*`],
    wildcardReason:
      "The budgets of this stack's agents in this region: their names begin with both, and no other stack's do. One " +
      'name for each agent would outgrow the policy at twenty of them.',
  };
}
