import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The rule packs that judge every stack of this kit, by the first part of their finding ids. */
export type RulePack = 'AwsSolutions' | 'NIST.800.53.R5' | 'HIPAA.Security' | 'PCI.DSS.321';

/** The three compliance packs, which share most of their rules. */
export const COMPLIANCE: readonly RulePack[] = ['NIST.800.53.R5', 'HIPAA.Security', 'PCI.DSS.321'];

/**
 * Accepts one finding on one construct and everything below it. The reason appears in `validation-report.json`, which
 * cdk-nag 3 writes for long ids alone.
 *
 * @param rule the rule without its pack, such as `IAM5[Action::s3:*]`
 */
export function acknowledge(
  scope: IConstruct,
  packs: readonly RulePack[],
  rule: string,
  reason: string,
): void {
  for (const pack of packs) accept(scope, `${pack}::${pack}-${rule}`, reason);
}

/** Accepts a finding of CDK's CloudFormation linter on one construct. */
export function acknowledgeLint(scope: IConstruct, rule: 'W3010' | 'W9010', reason: string): void {
  accept(scope, `CloudFormation-Validate::${rule}`, reason);
}

/** Accepts a literal availability zone, which the linter warns of. */
export function acknowledgePinnedZone(scope: IConstruct): void {
  const reason =
    'The zone is pinned on purpose: a list of zones that AWS orders anew would move every machine.';
  acknowledgeLint(scope, 'W3010', reason);
}

/** Without the stack trace that CDK would add to the report: it leads into the built program, not to a source file. */
function accept(scope: IConstruct, id: string, reason: string): void {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  Validations.of(scope).acknowledge({ id, reason });
  Error.stackTraceLimit = stackTraceLimit;
}

/** An ARN as cdk-nag writes it into a finding's id: references as `<AWS::Region>`. */
export function asInFinding(scope: IConstruct, arn: string): string {
  const resolved = Stack.of(scope).resolve(arn);
  const parts = typeof resolved === 'string' ? [resolved] : resolved['Fn::Join'][1];
  return parts
    .map((part: string | { Ref: string }) => (typeof part === 'string' ? part : `<${part.Ref}>`))
    .join('');
}
