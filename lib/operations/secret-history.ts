import { caKeyParameter, SECRET_MARK } from '../../constructs/names';
import type { Aws } from './aws';

/** The newest version of a parameter, read without decrypting it; undefined when there is no such parameter. */
export async function newestVersion(aws: Aws, Name: string) {
  const isMissing = ({ name }: Error) => name === 'ParameterNotFound';
  const versions = await aws.list(
    'ssm:GetParameterHistory',
    { Name },
    ({ Parameters }) => Parameters,
    isMissing,
  );
  if (!versions) return undefined;
  // Oldest first, fifty a page.
  const newest = versions.reduce(
    (last, each) => ((each.Version ?? 0) < (last.Version ?? 0) ? last : each),
    versions[0] ?? {},
  );
  const { Type = '', Version = 0, Description = '' } = newest;
  return {
    type: Type,
    version: Version,
    description: Description,
    /** The key as the version's author named it; absent for plain text. */
    keyId: newest.KeyId,
    changed: newest.LastModifiedDate,
    /** AWS's name of whoever changed it. */
    by: newest.LastModifiedUser,
  };
}

/**
 * The key that an agent has today. The secret itself may lie under the key of an earlier agent of the same name, but
 * every deployment keeps the CA under the present one.
 */
export async function agentKey(aws: Aws, stack: string, agent: string): Promise<string | undefined> {
  return (await newestVersion(aws, caKeyParameter(stack, agent)))?.keyId;
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
  aws: Aws,
  secret: { readonly Name: string; readonly Value: string; readonly KeyId: string },
  how: Parameters<Aws['call']>[2],
): Promise<number> {
  const input = { ...secret, Type: 'SecureString' as const, Description: SET_DESCRIPTION, Overwrite: true };
  return (await aws.call('ssm:PutParameter', input, how)).Version ?? 0;
}
