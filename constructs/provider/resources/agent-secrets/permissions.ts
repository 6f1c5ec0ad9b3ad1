import type { PermissionScope, PermissionStatement } from '../../function/permissions';

/** A new parameter gets its tags in the same call, for which Parameter Store asks for the second, too. */
const CHANGES = [
  'ssm:DeleteParameter',
  'ssm:AddTagsToResource',
  'ssm:PutParameter',
  'ssm:RemoveTagsFromResource',
];

/**
 * The parameters are one wildcard below the stack's name, because a list of each would outgrow a policy at some
 * twenty agents. What lies there and isn't the provider's (policies, box manifests and grants, which decide what an agent
 * may reach, and drills) is denied by name; and whatever the code does, it can replace the value of nothing but a CA (condition key
 * `ssm:Overwrite`, Systems Manager user guide).
 */
export function parameterPermissions(
  scope: PermissionScope & { readonly stack: string },
): PermissionStatement[] {
  const parameters = `arn:${scope.partition}:ssm:${scope.region}:${scope.account}:parameter/${scope.stack}`;
  return [
    {
      sid: 'Parameters',
      actions: [...CHANGES, 'ssm:GetParameterHistory'],
      resources: [`${parameters}/*`],
    },
    {
      sid: 'NothingOfOthers',
      effect: 'Deny',
      actions: [...CHANGES],
      resources: ['policy/*', 'box', 'grants/*', 'drill', 'containment'].map(
        (each) => `${parameters}/*/${each}`,
      ),
    },
    {
      sid: 'NoValueThatIsSet',
      effect: 'Deny',
      actions: ['ssm:PutParameter'],
      notResources: [`${parameters}/*/ca/*`],
      conditions: { StringEquals: { 'ssm:Overwrite': 'true' } },
    },
  ];
}

/**
 * For each agent's key, whose key policy must leave the decision to IAM or name the role. No `kms:Decrypt`: the
 * provider sees descriptions, versions and ciphertext, never a value. No `kms:GenerateDataKey`: only the Advanced
 * tier needs it, and every parameter here is Standard.
 */
export function encryptPermission(scope: PermissionScope & { readonly keyArn: string }): PermissionStatement {
  return {
    sid: 'EncryptOnly',
    actions: ['kms:Encrypt'],
    resources: [scope.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `ssm.${scope.region}.amazonaws.com` } },
  };
}
