import type { SSMClient } from '@aws-sdk/client-ssm';
import { caKeyParameter, SECRET_MARK } from '../../constructs/names';

/** The newest version of a parameter, read without decrypting it. */
export interface NewestVersion {
  readonly type: string;
  readonly version: number;
  readonly description: string;
  /** The key as the version's author named it; absent for plain text. */
  readonly keyId?: string;
  readonly changed?: Date;
  /** AWS's name of whoever changed it. */
  readonly by?: string;
}

/** The history comes oldest first, fifty a page. @throws what AWS throws, `ParameterNotFound` among it */
export async function newestVersion(ssm: Pick<SSMClient, 'send'>, parameter: string): Promise<NewestVersion> {
  const { GetParameterHistoryCommand } = await import('@aws-sdk/client-ssm');
  let newest: NewestVersion = { type: '', version: 0, description: '' };
  let nextToken: string | undefined;
  do {
    const page = await ssm.send(new GetParameterHistoryCommand({ Name: parameter, NextToken: nextToken }));
    for (const version of page.Parameters ?? []) {
      if ((version.Version ?? 0) < newest.version) continue;
      newest = {
        type: version.Type ?? '',
        version: version.Version ?? 0,
        description: version.Description ?? '',
        keyId: version.KeyId,
        changed: version.LastModifiedDate,
        by: version.LastModifiedUser,
      };
    }
    nextToken = page.NextToken;
  } while (nextToken);
  return newest;
}

/**
 * The key that an agent has today. The secret itself may lie under the key of an earlier agent of the same name, but
 * every deployment keeps the CA under the present one.
 */
export async function agentKey(
  ssm: Pick<SSMClient, 'send'>,
  stack: string,
  agent: string,
): Promise<string | undefined> {
  return (await newestVersion(ssm, caKeyParameter(stack, agent))).keyId;
}

export function isSameKey(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && keyIdOf(one) === keyIdOf(other);
}

/** A key's ARN and its bare id mean the same key, and CloudFormation knows it by its id. */
export function keyIdOf(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** Marks a secret as the kit's own, so that a later agent of the same name accepts it. */
const SET_DESCRIPTION = `${SECRET_MARK}, set by an operator`;

/** Sets a value under the agent's key of today, with the kit's mark. Answers the new version. */
export async function setSecret(
  ssm: Pick<SSMClient, 'send'>,
  parameter: string,
  value: string,
  keyId: string,
): Promise<number> {
  const { PutParameterCommand } = await import('@aws-sdk/client-ssm');
  const put = await ssm.send(
    new PutParameterCommand({
      Name: parameter,
      Value: value,
      Type: 'SecureString',
      KeyId: keyId,
      Description: SET_DESCRIPTION,
      Overwrite: true,
    }),
  );
  return put.Version ?? 0;
}
