import type { Aws } from '../../aws';

/** One recording of the questions that a VPC's resolver gets. */
export interface LiveQueryLog {
  readonly id: string;
  /** Route 53 Resolver's word, such as `ACTIVE`. */
  readonly status: string;
}

interface Association {
  readonly ResolverQueryLogConfigId?: string;
  readonly ResourceId?: string;
  readonly Status?: string;
}

export async function queryLogsOf(aws: Aws, vpc: string): Promise<LiveQueryLog[]> {
  const found = await aws.jsonList<Association>(
    'route53resolver:ListResolverQueryLogConfigAssociations',
    { Filters: [{ Name: 'ResourceId', Values: [vpc] }] },
    'ResolverQueryLogConfigAssociations',
  );
  return found
    .filter(({ ResourceId }) => ResourceId === vpc)
    .map(({ ResolverQueryLogConfigId = '', Status = 'in no state' }) => ({
      id: ResolverQueryLogConfigId,
      status: Status,
    }));
}
