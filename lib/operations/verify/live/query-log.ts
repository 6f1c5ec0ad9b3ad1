import type { Aws } from '../../aws';

interface Association {
  readonly ResolverQueryLogConfigId?: string;
  readonly ResourceId?: string;
  readonly Status?: string;
}

/** The recordings of the questions that a VPC's resolver gets. */
export async function queryLogsOf(aws: Aws, vpc: string) {
  const found = await aws.jsonList<Association>(
    'route53resolver:ListResolverQueryLogConfigAssociations',
    { Filters: [{ Name: 'ResourceId', Values: [vpc] }] },
    'ResolverQueryLogConfigAssociations',
  );
  return found
    .filter(({ ResourceId }) => ResourceId === vpc)
    .map(({ ResolverQueryLogConfigId = '', Status = 'in no state' }) => ({
      id: ResolverQueryLogConfigId,
      /** Route 53 Resolver's word, such as `ACTIVE`. */
      status: Status,
    }));
}
