import {
  type ContainmentScope,
  containPermissions,
  ofStack,
  releasePermissions,
  STACK_ID,
  stackArn,
} from '../containment/permissions';
import { MODEL_SPEND, type Person, WARDEN_STREAM } from '../names';
import type { PermissionStatement } from '../provider/function/permissions';
import { connectPermissions, type PersonScope } from './connect-permissions';
import { rebuildPermissions } from './rebuild-permissions';
import { verifyPermissions } from './verify-permissions';

/**
 * What each person's commands need, and nothing more: the operator's see, verify, contain, release, drill, and
 * rebuild and connect of agent hosts; the approver's
 * see records, grant and revoke; the secrets officer's set, rotate and list secrets. docs/PERMISSIONS.md has
 * the commands.
 *
 * @returns the statements of each policy of the person
 */
export function personPermissions(person: Person, scope: PersonScope): PermissionStatement[][] {
  switch (person) {
    case 'operator':
      return [
        [...containPermissions(scope), ...releasePermissions(scope), ...rebuildPermissions(scope)],
        [...verifyPermissions(scope), seeStack(scope), ...connectPermissions(scope)],
      ];
    case 'approver':
      return [[seeStack(scope), seeRecords(scope), ...grantRules(scope)]];
    case 'secrets-officer':
      return [setSecrets(scope)];
  }
}

function seeStack(scope: ContainmentScope): PermissionStatement {
  return {
    sid: 'SeeTheStack',
    actions: ['cloudformation:DescribeStacks'],
    resources: [stackArn(scope)],
    wildcardReason: STACK_ID,
  };
}

const PLAIN = 'Grants and deployed policies, which are plain text; no secret may have such a name.';

/** The approver writes the parameters of grants, and reads the deployed policy: he grants the rule that is there. */
function grantRules({ partition, region, account, stack }: ContainmentScope): PermissionStatement[] {
  const below = (path: string) => `arn:${partition}:ssm:${region}:${account}:parameter/${stack}/*/${path}`;
  return [
    {
      sid: 'Grant',
      actions: ['ssm:GetParameterHistory', 'ssm:PutParameter'],
      resources: [below('grants/*')],
      wildcardReason: PLAIN,
    },
    {
      sid: 'SeeTheRules',
      actions: ['ssm:GetParameters'],
      resources: ['box', 'policy/*', 'grants/*'].map(below),
      wildcardReason: PLAIN,
    },
  ];
}

function seeRecords({ partition, region, account, stack }: ContainmentScope): PermissionStatement {
  return {
    sid: 'SeeTheRecords',
    actions: ['logs:FilterLogEvents'],
    resources: [`arn:${partition}:logs:${region}:${account}:log-group:/${stack}/*`],
    wildcardReason: "The log groups below the stack's own prefix: flows, queries and requests.",
  };
}

/** Values can be written and never read: there is no `kms:Decrypt`. */
function setSecrets(scope: ContainmentScope): PermissionStatement[] {
  const { partition, region, account, stack } = scope;
  const parameters = `arn:${partition}:ssm:${region}:${account}:parameter/${stack}`;
  const keys = ofStack(scope, [`arn:${partition}:kms:${region}:${account}:key/*`]);
  return [
    {
      sid: 'SetSecrets',
      actions: ['ssm:GetParameterHistory', 'ssm:PutParameter'],
      resources: [`${parameters}/*`],
      wildcardReason: 'An agent may name a parameter as it likes, below its own prefix.',
    },
    {
      sid: 'NothingElseOfTheAgents',
      effect: 'Deny',
      actions: ['ssm:PutParameter'],
      resources: ['policy/*', 'box', 'ca/*', 'drill', 'containment', 'grants/*', MODEL_SPEND].map(
        (each) => `${parameters}/*/${each}`,
      ),
    },
    {
      sid: 'SeeWhatIsInForce',
      actions: ['logs:GetLogEvents'],
      resources: [
        `arn:${partition}:logs:${region}:${account}:log-group:/${stack}/*:log-stream:${WARDEN_STREAM}`,
      ],
      wildcardReason: "Warden's own stream of each agent's log group: no request is in it.",
    },
    {
      sid: 'EncryptSecrets',
      actions: ['kms:Encrypt'],
      ...keys,
      conditions: {
        StringEquals: {
          ...keys.conditions.StringEquals,
          'kms:ViaService': `ssm.${region}.amazonaws.com`,
        },
      },
    },
  ];
}
