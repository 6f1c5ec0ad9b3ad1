import type { Aws } from '../../aws';

export async function keyOf(aws: Aws, KeyId: string) {
  const { KeyMetadata } = await aws.call('kms:DescribeKey', { KeyId });
  const { Policy } = await aws.call('kms:GetKeyPolicy', { KeyId, PolicyName: 'default' });
  const { KeyRotationEnabled } = await aws.call('kms:GetKeyRotationStatus', { KeyId });
  const grants = await aws.list('kms:ListGrants', { KeyId }, ({ Grants }) => Grants);
  return {
    /** KMS's word, such as `Enabled`. */
    state: KeyMetadata?.KeyState ?? 'in no state',
    rotates: KeyRotationEnabled === true,
    policy: parsed(Policy),
    /** ARNs, or names of services. */
    grantees: grants.map(({ GranteePrincipal = 'somebody unnamed' }) => GranteePrincipal),
  };
}

/** The roles of an instance profile, by its name. */
export async function rolesOf(aws: Aws, InstanceProfileName: string) {
  const { InstanceProfile } = await aws.call('iam:GetInstanceProfile', { InstanceProfileName });
  return Promise.all(
    (InstanceProfile?.Roles ?? []).map(({ RoleName = '', AssumeRolePolicyDocument }) =>
      roleOf(aws, RoleName, AssumeRolePolicyDocument),
    ),
  );
}

async function roleOf(aws: Aws, RoleName: string, trust: string | undefined) {
  const { PolicyNames = [] } = await aws.call('iam:ListRolePolicies', { RoleName });
  const { AttachedPolicies = [] } = await aws.call('iam:ListAttachedRolePolicies', { RoleName });
  const attached = AttachedPolicies.map(async ({ PolicyArn = '' }) => {
    const { Policy } = await aws.call('iam:GetPolicy', { PolicyArn });
    const version = { PolicyArn, VersionId: Policy?.DefaultVersionId };
    const { PolicyVersion } = await aws.call('iam:GetPolicyVersion', version);
    return { arn: PolicyArn, document: parsed(PolicyVersion?.Document) };
  });
  // An inline policy is of this role alone.
  return { name: RoleName, trust: parsed(trust), inline: PolicyNames, attached: await Promise.all(attached) };
}

/** IAM writes documents URL-encoded, KMS doesn't. Nothing when the text is no document. */
function parsed(text = ''): unknown {
  try {
    return JSON.parse(text.trimStart().startsWith('{') ? text : decodeURIComponent(text));
  } catch {
    return undefined;
  }
}
