/**
 * What the provider's role may do, as data: the construct turns each into an IAM statement and adds none but the
 * right to write its own log.
 */
export interface PermissionStatement {
  readonly sid: string;
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly resources?: readonly string[];
  /** IAM's NotResource, instead of `resources`. */
  readonly notResources?: readonly string[];
  /** IAM conditions: operator, key, value. */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface PermissionScope {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/**
 * The parameters are one wildcard below the stack's name, because a list of each would outgrow a policy at some
 * twenty agents. What lies there and isn't the provider's (policies and box manifests, which decide what an agent may
 * reach) is denied by name; and whatever the code does, it can replace the value of nothing but a CA (condition key
 * `ssm:Overwrite`, Systems Manager user guide).
 */
export function parameterPermissions(
  scope: PermissionScope & { readonly stack: string },
): PermissionStatement[] {
  const parameters = `arn:${scope.partition}:ssm:${scope.region}:${scope.account}:parameter/${scope.stack}`;
  return [
    {
      sid: 'Parameters',
      effect: 'Allow',
      actions: ['ssm:DeleteParameter', 'ssm:GetParameterHistory', 'ssm:PutParameter'],
      resources: [`${parameters}/*`],
    },
    {
      sid: 'NotThePolicies',
      effect: 'Deny',
      actions: ['ssm:DeleteParameter', 'ssm:PutParameter'],
      resources: [`${parameters}/*/policy/*`, `${parameters}/*/box`],
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
    effect: 'Allow',
    actions: ['kms:Encrypt'],
    resources: [scope.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `ssm.${scope.region}.amazonaws.com` } },
  };
}

/** For the VPC's default security group. */
export function defaultSecurityGroupPermission(
  scope: PermissionScope & { readonly securityGroupId: string },
): PermissionStatement {
  const { partition, region, account, securityGroupId } = scope;
  return {
    sid: 'EmptyTheDefaultSecurityGroup',
    effect: 'Allow',
    actions: ['ec2:RevokeSecurityGroupEgress', 'ec2:RevokeSecurityGroupIngress'],
    resources: [`arn:${partition}:ec2:${region}:${account}:security-group/${securityGroupId}`],
  };
}
