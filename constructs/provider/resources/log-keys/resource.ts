import { AssociateKmsKeyCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { CustomResource } from '../../function/custom-resource';
import { record, unacceptable } from '../../function/properties';
import { refusalOf } from '../../function/refusal';

export const LOG_KEYS_TYPE = 'Custom::AirlockLogKeys';

/** A log group's name and the ARN of its key, with a blank between them. */
const PAIR =
  /^(\/[A-Za-z0-9_.#-]+(?:\/[A-Za-z0-9_.#-]+)+) (arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+)$/;

export interface LogKeysProperties {
  readonly Groups: readonly { readonly name: string; readonly keyArn: string }[];
}

/**
 * The keys of the stack's log groups. A group that an earlier stack of this name left behind and that CloudFormation
 * imported keeps that stack's key, while CloudFormation believes in the new one; associating a key is idempotent, and
 * what was written before stays readable with the old key (CloudWatch Logs API, AssociateKmsKey).
 */
export const logKeys: CustomResource<LogKeysProperties> = {
  type: LOG_KEYS_TYPE,
  read(from) {
    const { Groups } = record(from);
    if (!Array.isArray(Groups)) throw unacceptable('Groups', 'a list of log groups and keys');
    return {
      Groups: Groups.map((pair) => {
        const [, name, keyArn] = PAIR.exec(String(pair)) ?? [];
        if (!name || !keyArn) throw unacceptable('Groups', 'names of log groups, each with the ARN of a key');
        return { name, keyArn };
      }),
    };
  },
  physicalId: () => 'log-keys',
  async ensure({ properties, signal: abortSignal }, { logs }) {
    for (const { name, keyArn } of properties.Groups) {
      const command = new AssociateKmsKeyCommand({ logGroupName: name, kmsKeyId: keyArn });
      try {
        await logs().send(command, { abortSignal });
      } catch (error) {
        throw refusalOf('logs:AssociateKmsKey', name, error);
      }
    }
    return { reason: `${properties.Groups.length} log groups are under their keys` };
  },
  remove: async () => ({ reason: 'log groups keep their keys' }),
};
