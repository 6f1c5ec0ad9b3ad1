/** CloudFormation's policies that leave a resource behind. */
export const RETAINED: readonly string[] = ['Retain', 'RetainExceptOnCreate'];
