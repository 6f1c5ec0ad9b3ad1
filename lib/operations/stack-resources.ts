import type { CloudFormationClient, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { type Ask, everyPage, isAwsError } from './preflight/asking';

/** What a deployed stack consists of; undefined when no such stack is deployed. @throws AwsError */
export async function stackResources(
  cloudFormation: Pick<CloudFormationClient, 'send'>,
  ask: Ask,
  stack: string,
): Promise<readonly StackResourceSummary[] | undefined> {
  const { ListStackResourcesCommand } = await import('@aws-sdk/client-cloudformation');
  try {
    const resources = await everyPage(
      (NextToken) =>
        ask(
          'cloudformation:ListStackResources',
          async () => {
            try {
              return await cloudFormation.send(
                new ListStackResourcesCommand({ StackName: stack, NextToken }),
              );
            } catch (error) {
              throw isMissingStack(error) ? NO_STACK : error;
            }
          },
          { name: NO_STACK.name, message: '', fix: '' },
        ),
      ({ StackResourceSummaries = [] }) => StackResourceSummaries,
    );
    return resources.filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE');
  } catch (error) {
    if (isAwsError(error) && error.reason === 'missing') return undefined;
    throw error;
  }
}

const NO_STACK = Object.assign(new Error('no such stack'), { name: 'NoSuchStack' });

/** CloudFormation has no error of its own for a stack that doesn't exist. */
export function isMissingStack(error: unknown): boolean {
  return error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message);
}
