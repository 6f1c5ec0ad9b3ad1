import type { CfnResource } from 'aws-cdk-lib';

interface Skip {
  readonly id: string;
  readonly comment: string;
}

/**
 * Accepts one check of checkov on one resource, with a reason that stands in the template: checkov reads it there.
 *
 * @param id such as `CKV_AWS_116`
 */
export function skipCheckov(resource: CfnResource, id: string, comment: string): void {
  const { skip = [] }: { skip?: readonly Skip[] } = resource.getMetadata('checkov') ?? {};
  resource.addMetadata('checkov', { skip: [...skip, { id, comment }] });
}
