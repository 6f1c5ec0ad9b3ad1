import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { Aws } from './aws';

/** What a deployed stack consists of; undefined when no such stack is deployed. @throws AwsError */
export async function stackResources(
  aws: Aws,
  stack: string,
): Promise<readonly StackResourceSummary[] | undefined> {
  const resources = await aws.list(
    'cloudformation:ListStackResources',
    { StackName: stack },
    ({ StackResourceSummaries }) => StackResourceSummaries,
    isMissingStack,
  );
  return resources?.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE');
}

/** CloudFormation has no error of its own for a stack that doesn't exist. */
export function isMissingStack({ name, message }: Error): boolean {
  return name === 'ValidationError' && /does not exist/.test(message);
}
