import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledge, COMPLIANCE } from './acknowledge';
import { skipCheckov } from './skip-checkov';

/**
 * Accepts what rule packs and checkov find in every function of this kit that people don't call.
 *
 * @param environment what its environment holds
 * @param concurrency why a limit of its concurrency would do harm
 */
export function acceptFunction(
  scope: Construct,
  handler: lambda.Function,
  environment: string,
  concurrency: string,
): void {
  const reasons: readonly (readonly [rule: string | undefined, checkov: string, reason: string])[] = [
    [
      'LambdaInsideVPC',
      'CKV_AWS_117',
      'It calls only AWS APIs. Inside the VPC it would need an endpoint or a way out, which the VPC deliberately has ' +
        'for proxy boxes alone (NET-4).',
    ],
    [
      'LambdaConcurrency',
      'CKV_AWS_115',
      `A reserved concurrency fails to deploy in accounts with the default limit, and ${concurrency}.`,
    ],
    [
      undefined,
      'CKV_AWS_173',
      `The environment holds ${environment}, and no secret. Lambda encrypts it with its own key.`,
    ],
  ];
  for (const [rule, checkov, reason] of reasons) {
    if (rule !== undefined) acknowledge(scope, COMPLIANCE, rule, reason);
    skipCheckov(handler.node.defaultChild as lambda.CfnFunction, checkov, reason);
  }
}
