import type { IAMClient } from '@aws-sdk/client-iam';
import type { KMSClient } from '@aws-sdk/client-kms';
import { type Ask, everyPage } from '../../preflight/asking';

export interface LiveKey {
  /** KMS's word, such as `Enabled`. */
  readonly state: string;
  readonly rotates: boolean;
  readonly policy: unknown;
  /** Who has a grant, by ARN or service name. */
  readonly grantees: readonly string[];
}

export interface LiveRole {
  readonly name: string;
  readonly trust: unknown;
  /** Names of policies that only this role has. */
  readonly inline: readonly string[];
  readonly attached: readonly { readonly arn: string; readonly document: unknown }[];
}

export async function keyOf(kms: Pick<KMSClient, 'send'>, ask: Ask, KeyId: string): Promise<LiveKey> {
  const { DescribeKeyCommand, GetKeyPolicyCommand, GetKeyRotationStatusCommand, ListGrantsCommand } =
    await import('@aws-sdk/client-kms');
  const { KeyMetadata } = await ask('kms:DescribeKey', () => kms.send(new DescribeKeyCommand({ KeyId })));
  const { Policy } = await ask('kms:GetKeyPolicy', () =>
    kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' })),
  );
  const { KeyRotationEnabled } = await ask('kms:GetKeyRotationStatus', () =>
    kms.send(new GetKeyRotationStatusCommand({ KeyId })),
  );
  const grants = await everyPage(
    async (Marker) => {
      const page = await ask('kms:ListGrants', () => kms.send(new ListGrantsCommand({ KeyId, Marker })));
      return { NextToken: page.NextMarker, grants: page.Grants ?? [] };
    },
    (page) => page.grants,
  );
  return {
    state: KeyMetadata?.KeyState ?? 'in no state',
    rotates: KeyRotationEnabled === true,
    policy: parsed(Policy),
    grantees: grants.map(({ GranteePrincipal = 'somebody unnamed' }) => GranteePrincipal),
  };
}

/** The roles of an instance profile, by its name. */
export async function rolesOf(
  iam: Pick<IAMClient, 'send'>,
  ask: Ask,
  InstanceProfileName: string,
): Promise<LiveRole[]> {
  const { GetInstanceProfileCommand } = await import('@aws-sdk/client-iam');
  const { InstanceProfile } = await ask('iam:GetInstanceProfile', () =>
    iam.send(new GetInstanceProfileCommand({ InstanceProfileName })),
  );
  return Promise.all(
    (InstanceProfile?.Roles ?? []).map(({ RoleName = '', AssumeRolePolicyDocument }) =>
      roleOf(iam, ask, RoleName, AssumeRolePolicyDocument),
    ),
  );
}

async function roleOf(
  iam: Pick<IAMClient, 'send'>,
  ask: Ask,
  RoleName: string,
  trust: string | undefined,
): Promise<LiveRole> {
  const {
    GetPolicyCommand,
    GetPolicyVersionCommand,
    ListAttachedRolePoliciesCommand,
    ListRolePoliciesCommand,
  } = await import('@aws-sdk/client-iam');
  const { PolicyNames = [] } = await ask('iam:ListRolePolicies', () =>
    iam.send(new ListRolePoliciesCommand({ RoleName })),
  );
  const { AttachedPolicies = [] } = await ask('iam:ListAttachedRolePolicies', () =>
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
  );
  const attached = AttachedPolicies.map(async ({ PolicyArn = '' }) => {
    const { Policy } = await ask('iam:GetPolicy', () => iam.send(new GetPolicyCommand({ PolicyArn })));
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await ask('iam:GetPolicyVersion', () =>
      iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId })),
    );
    return { arn: PolicyArn, document: parsed(PolicyVersion?.Document) };
  });
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
