import type { PermissionScope, PermissionStatement } from '../../function/permissions';

/** For the stack's own log groups, once and not for each agent, so that no call waits for IAM's delay. */
export function logKeyPermission(scope: PermissionScope & { readonly stack: string }): PermissionStatement {
  const { partition, region, account, stack } = scope;
  return {
    sid: 'EncryptLogs',
    actions: ['logs:AssociateKmsKey'],
    resources: [`arn:${partition}:logs:${region}:${account}:log-group:/${stack}/*`],
    wildcardReason:
      "The log groups of all agents, below the stack's own name. It can put them under a key, and read, shorten or " +
      'delete none of them.',
  };
}
