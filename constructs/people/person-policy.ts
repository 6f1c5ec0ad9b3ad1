import { CfnOutput } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type Person, personOutputs } from '../names';
import { acknowledgeWildcards, toStatement } from '../to-statement';
import type { PersonScope } from './connect-permissions';
import { personPermissions } from './permissions';

export interface PersonPolicyProps {
  readonly person: Person;
  readonly scope: PersonScope;
}

/**
 * The policies of one of the people who operate the stack, to attach to a role or a permission set.
 *
 * **Resources**: one managed policy, or two, and an output with the ARN of each.
 *
 * **Security considerations**: KILL-1, SEC-1. No policy lets its person read a secret, change a policy or give permissions, or
 * touch the disk or the shell of a proxy box, which would be a way to secrets.
 * The operator must give the approver's policy to somebody who doesn't have the operator's.
 */
export class PersonPolicy extends Construct {
  constructor(scope: Construct, id: string, { person, scope: of }: PersonPolicyProps) {
    super(scope, id);
    personPermissions(person, of).forEach((permissions, index) => {
      const part = index === 0 ? '' : `${index + 1}`;
      const policy = new iam.ManagedPolicy(this, `Policy${part}`, {
        description: `Agent Airlock: ${person} of ${of.stack}`,
        statements: permissions.map(toStatement),
      });
      acknowledgeWildcards(policy, permissions);
      new CfnOutput(this, `Arn${part}`, {
        value: policy.managedPolicyArn,
        description: `Policy of the ${person}`,
      }).overrideLogicalId(personOutputs(person)[index] as string);
    });
  }
}
