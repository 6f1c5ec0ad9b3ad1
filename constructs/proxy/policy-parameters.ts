import { createHash } from 'node:crypto';
import { Stack } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { PARAMETER_LIMIT, policyParameter } from '../names';

export interface PolicyParametersProps {
  readonly agent: string;
  /** The policy bundle, readable text. */
  readonly policy: string;
}

/**
 * The policy as text that a reviewer reads in `cdk diff`, in as many Standard parameters as it needs. An Advanced parameter
 * holds twice as much, but costs money and can't become a Standard one again.
 *
 * **Resources**: one String parameter per 4,096 bytes.
 *
 * **Security considerations**: POL-1. The digest in the box parameter covers the joined text, so a box never uses half of
 * an update. The operator must review each change of the text in `cdk diff`.
 */
export class PolicyParameters extends Construct {
  readonly names: readonly string[];
  readonly sha256: string;

  constructor(scope: Construct, id: string, props: PolicyParametersProps) {
    super(scope, id);
    // PutParameter refuses values with double braces: they mark references (Systems Manager API, PutParameter).
    if (/\{\{|\}\}/.test(props.policy)) {
      throw new Error(
        `the policy of ${props.agent} has double braces, which Parameter Store refuses: escape them`,
      );
    }
    const stack = Stack.of(this).stackName;
    this.sha256 = createHash('sha256').update(props.policy).digest('hex');
    this.names = splitAtLines(props.policy, PARAMETER_LIMIT).map((text, index) => {
      const parameterName = policyParameter(stack, props.agent, index + 1);
      new ssm.CfnParameter(this, `Part${index + 1}`, {
        name: parameterName,
        type: 'String',
        tier: 'Standard',
        value: text,
        description: `Egress policy of ${props.agent}, part ${index + 1}`,
      });
      return parameterName;
    });
  }
}

/**
 * Cuts text into parts of at most `limit` bytes, at line ends.
 *
 * @throws when a single line is longer than `limit`
 */
export function splitAtLines(text: string, limit: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const line of text.split(/(?<=\n)/)) {
    if (Buffer.byteLength(line) > limit) {
      throw new Error(
        `a line of the policy is ${Buffer.byteLength(line)} bytes, and a parameter holds ${limit}`,
      );
    }
    if (Buffer.byteLength(part + line) > limit) {
      parts.push(part);
      part = '';
    }
    part += line;
  }
  return [...parts, part];
}
