/** What CloudFormation answers about the deployed stack `airlock`. @param ids on AWS, by logical id */
export function deployedAnswers(templateText: () => string, ids: ReadonlyMap<string, string>) {
  return {
    ...stackStatus('UPDATE_COMPLETE'),
    GetTemplate: () => ({ TemplateBody: templateText() }),
    ListStackResources: () => ({
      StackResourceSummaries: [...ids].map(([LogicalResourceId, PhysicalResourceId]) => ({
        LogicalResourceId,
        PhysicalResourceId,
      })),
    }),
  };
}

export function stackStatus(StackStatus: string) {
  const StackId = 'arn:aws:cloudformation:us-east-1:123456789012:stack/airlock/1';
  return { DescribeStacks: () => ({ Stacks: [{ StackId, StackStatus }] }) };
}
