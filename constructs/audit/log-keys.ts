import { Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Provider } from '../provider/provider';
import { logKeyPermission } from '../provider/resources/log-keys/permissions';
import { LOG_KEYS_TYPE } from '../provider/resources/log-keys/resource';
import type { EncryptedLogGroup } from './encrypted-log-group';

export interface LogKeysProps {
  readonly provider: Provider;
}

/**
 * Associates each log group of the stack with its key again: when CloudFormation imports a group that an earlier stack
 * of this name left behind, it leaves the group under that stack's key.
 *
 * **Resources**: one custom resource, shared by the stack.
 *
 * **Security considerations**: VOL-1. The operator must keep the earlier stack's key for as long as its records are needed.
 */
export class LogKeys extends Construct {
  private readonly groups: EncryptedLogGroup[] = [];

  constructor(scope: Construct, id: string, props: LogKeysProps) {
    super(scope, id);
    props.provider.make(this, 'Resource', {
      type: LOG_KEYS_TYPE,
      properties: {
        Groups: Lazy.list({
          produce: () => this.groups.map(({ logGroup, key }) => `${logGroup.logGroupName} ${key.keyArn}`),
        }),
      },
      permissions: (account) => [logKeyPermission({ ...account, stack: Stack.of(this).stackName })],
    });
  }

  add(...groups: readonly EncryptedLogGroup[]): void {
    this.groups.push(...groups);
  }
}
