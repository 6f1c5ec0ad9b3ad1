import * as iam from 'aws-cdk-lib/aws-iam';
import { acknowledge, asInFinding } from './acknowledge';
import type { PermissionStatement } from './provider/function/permissions';

/** A permission that is written as data, as an IAM statement. */
export function toStatement(permission: PermissionStatement): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: permission.sid,
    effect: permission.effect === 'Deny' ? iam.Effect.DENY : iam.Effect.ALLOW,
    actions: [...permission.actions],
    resources: permission.resources ? [...permission.resources] : undefined,
    notResources: permission.notResources ? [...permission.notResources] : undefined,
    conditions: permission.conditions as Record<string, Record<string, string | string[]>> | undefined,
  });
}

/** Accepts the wildcards of a policy's permissions, each for the reason beside it. */
export function acknowledgeWildcards(
  policy: iam.ManagedPolicy,
  permissions: readonly PermissionStatement[],
): void {
  const reasons = new Map(
    permissions.flatMap(({ resources = [], wildcardReason }) =>
      wildcardReason === undefined
        ? []
        : resources.map((each) => [asInFinding(policy, each), wildcardReason] as const),
    ),
  );
  for (const [resource, reason] of reasons) {
    acknowledge(policy, ['AwsSolutions'], `IAM5[Resource::${resource}]`, reason);
  }
}
