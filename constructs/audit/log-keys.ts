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
 * Puts the stack's log groups under their keys once more, because CloudFormation doesn't when it imports a group that
 * an earlier stack of this name left behind.
 *
 * **Resources**: one custom resource, shared by the stack.
 *
 * **Security considerations**: VOL-1.
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
