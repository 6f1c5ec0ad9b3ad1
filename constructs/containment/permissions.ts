import { TAG_AGENT, TAG_STACK } from '../names';
import type { PermissionScope, PermissionStatement } from '../provider/function/permissions';

export interface ContainmentScope extends PermissionScope {
  readonly stack: string;
  readonly vpcId: string;
  /** Absent without a Transit Gateway. */
  readonly prefixListId?: string;
  /** ARN of the policy that denies everything. */
  readonly denialArn: string;
  /** ARN of the topic that tells people, and of the key that encrypts it. */
  readonly topicArn: string;
  readonly keyArn: string;
}

/**
 * What a containment needs, for the function and for the operator. Machines, security groups, roles and keys are told apart
 * by the tag `airlock:stack`, because their ids change. Interfaces carry no tag, and are told apart by the VPC: in a VPC that
 * others share, a machine of theirs could be put into a group of the stack, and into no other. The one policy that may be
 * attached to a role denies everything, so this is no way to more permissions.
 */
export function containPermissions(scope: ContainmentScope): PermissionStatement[] {
  const ec2 = ec2Arns(scope);
  return [
    {
      sid: 'See',
      actions: ['ec2:DescribeInstances', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSnapshots'],
      resources: ['*'],
      wildcardReason: NO_RESOURCE,
    },
    { sid: 'Stop', actions: ['ec2:StopInstances'], ...ofStack(scope, [ec2('instance')]) },
    {
      sid: 'Quarantine',
      actions: ['ec2:ModifyNetworkInterfaceAttribute'],
      resources: [ec2('network-interface')],
      conditions: { ArnEquals: { 'ec2:Vpc': `${ec2('vpc').slice(0, -1)}${scope.vpcId}` } },
      wildcardReason: "The interfaces of the stack's VPC alone, by the condition.",
    },
    {
      sid: 'QuarantineGroups',
      actions: ['ec2:ModifyNetworkInterfaceAttribute'],
      ...ofStack(scope, [ec2('security-group')]),
    },
    {
      sid: 'SnapshotTheMachines',
      actions: ['ec2:CreateSnapshots'],
      ...ofStack(scope, [ec2('instance')]),
    },
    {
      sid: 'SnapshotTheirVolumes',
      actions: ['ec2:CreateSnapshots'],
      resources: [ec2('volume'), snapshots(scope)],
      wildcardReason:
        'EC2 asks for the machine, too, and the statement above allows those of the stack alone.',
    },
    {
      sid: 'TagTheEvidence',
      actions: ['ec2:CreateTags'],
      resources: [snapshots(scope)],
      conditions: { StringEquals: { 'ec2:CreateAction': 'CreateSnapshots' } },
      wildcardReason: 'Only while a snapshot is made, by the condition.',
    },
    {
      sid: 'DenySessions',
      actions: ['iam:AttachRolePolicy'],
      ...ofAgents(scope),
    },
    {
      sid: 'SeeRoles',
      actions: ['iam:GetInstanceProfile', 'iam:ListAttachedRolePolicies'],
      resources: [iamArn(scope, 'role'), iamArn(scope, 'instance-profile')],
      wildcardReason: ROLE_NAMES,
    },
    {
      sid: 'FindTheTopic',
      actions: ['cloudformation:ListStackResources'],
      resources: [stackArn(scope)],
      wildcardReason: STACK_ID,
    },
    {
      sid: 'SeeGrants',
      actions: ['ssm:GetParametersByPath'],
      resources: [parameter(scope, '*/grants')],
      wildcardReason: GRANTS,
    },
    {
      sid: 'EndGrants',
      actions: ['ssm:DeleteParameter'],
      resources: [parameter(scope, '*/grants/*')],
      wildcardReason: GRANTS,
    },
    {
      sid: 'RecordTheContainment',
      actions: ['ssm:PutParameter'],
      resources: [parameter(scope, '*/containment')],
      wildcardReason: OWN_PARAMETERS,
    },
    { sid: 'Tell', actions: ['sns:Publish'], resources: [scope.topicArn] },
    {
      sid: 'Encrypt',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [scope.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sns.${scope.region}.amazonaws.com` } },
    },
  ];
}

const OWN_PARAMETERS =
  'The parameter of each agent with the day of its last drill, and that of its last containment, and nothing else.';
const GRANTS = 'The grants of each agent, which are plain text; no secret may have such a name.';

function parameter({ partition, region, account, stack }: ContainmentScope, below: string): string {
  return `arn:${partition}:ssm:${region}:${account}:parameter/${stack}/${below}`;
}

/** What a release needs beyond that, and a drill: the day that it records. */
export function releasePermissions(scope: ContainmentScope): PermissionStatement[] {
  const { partition, region, account } = scope;
  const keys = ofStack(scope, [`arn:${partition}:kms:${region}:${account}:key/*`]);
  return [
    {
      sid: 'Start',
      actions: ['ec2:StartInstances'],
      ...ofStack(scope, [ec2Arns(scope)('instance')]),
    },
    {
      sid: 'UseTheVolumesKeys',
      actions: ['kms:CreateGrant'],
      ...keys,
      conditions: {
        StringEquals: {
          ...keys.conditions.StringEquals,
          'kms:GrantConstraintType': 'EncryptionContextSubset',
          'kms:ViaService': `ec2.${region}.amazonaws.com`,
        },
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      },
    },
    { sid: 'AllowSessions', actions: ['iam:DetachRolePolicy'], ...ofAgents(scope) },
    {
      sid: 'RecordTheDrill',
      actions: ['ssm:PutParameter'],
      resources: [parameter(scope, '*/drill')],
      wildcardReason: OWN_PARAMETERS,
    },
  ];
}

/** Reasons for wildcards that several statements have. */
export const NO_RESOURCE = 'AWS lists what is in the account, or nothing: these actions take no resource.';
export const ROLE_NAMES = 'It reads what roles may do; CloudFormation makes their names up.';
export const STACK_ID = 'The end of the ARN is an id that CloudFormation makes up.';

export function stackArn({
  partition,
  region,
  account,
  stack,
}: PermissionScope & { readonly stack: string }) {
  return `arn:${partition}:cloudformation:${region}:${account}:stack/${stack}/*`;
}

/** Limits a statement to what carries the stack's tag. */
export function ofStack({ stack }: { readonly stack: string }, resources: readonly string[]) {
  return {
    resources,
    conditions: { StringEquals: { [`aws:ResourceTag/${TAG_STACK}`]: stack } },
    wildcardReason: "Only what carries the stack's tag, by the condition.",
  };
}

/** Limits a statement to the roles of the stack's agents, and to the policy that denies everything. */
function ofAgents(scope: ContainmentScope) {
  const roles = ofStack(scope, [iamArn(scope, 'role')]);
  return {
    ...roles,
    conditions: {
      ...roles.conditions,
      ArnEquals: { 'iam:PolicyARN': scope.denialArn },
      Null: { [`aws:ResourceTag/${TAG_AGENT}`]: 'false' },
    },
  };
}

function ec2Arns({ partition, region, account }: PermissionScope) {
  return (type: string) => `arn:${partition}:ec2:${region}:${account}:${type}/*`;
}

/** Snapshots have no account in their ARN. */
function snapshots({ partition, region }: PermissionScope): string {
  return `arn:${partition}:ec2:${region}::snapshot/*`;
}

function iamArn({ partition, account }: PermissionScope, type: string): string {
  return `arn:${partition}:iam::${account}:${type}/*`;
}
