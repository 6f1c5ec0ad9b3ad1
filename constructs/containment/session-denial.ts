import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DENIAL_ID } from '../names';

/**
 * The policy that a containment attaches to the role of a proxy box.
 *
 * **Resources**: one managed policy that denies everything; nothing has it before a containment.
 *
 * **Security considerations**: KILL-1. Whoever may contain needs no right to write policies, only to attach this one.
 * While it is attached CloudFormation can't delete the role: the operator must release the agent first.
 */
export class SessionDenial extends Construct {
  readonly policyArn: string;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const policy = new iam.ManagedPolicy(this, 'Policy', {
      description: 'Denies everything to the role of a contained proxy box',
      statements: [
        new iam.PolicyStatement({
          sid: 'Contained',
          effect: iam.Effect.DENY,
          actions: ['*'],
          resources: ['*'],
        }),
      ],
    });
    (policy.node.defaultChild as iam.CfnManagedPolicy).overrideLogicalId(DENIAL_ID);
    this.policyArn = policy.managedPolicyArn;
  }
}
