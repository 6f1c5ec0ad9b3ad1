import { JsonCall, type JsonClient } from '../../../../constructs/provider/function/json-service';
import { type Ask, everyPage } from '../../preflight/asking';

/** One recording of the questions that a VPC's resolver gets. */
export interface LiveQueryLog {
  readonly id: string;
  /** Route 53 Resolver's word, such as `ACTIVE`. */
  readonly status: string;
}

interface Page {
  readonly NextToken?: string;
  readonly ResolverQueryLogConfigAssociations?: readonly {
    readonly ResolverQueryLogConfigId?: string;
    readonly ResourceId?: string;
    readonly Status?: string;
  }[];
}

export async function queryLogsOf(resolver: JsonClient, ask: Ask, vpc: string): Promise<LiveQueryLog[]> {
  const operation = 'ListResolverQueryLogConfigAssociations';
  const Filters = [{ Name: 'ResourceId', Values: [vpc] }];
  const found = await everyPage(
    (NextToken) =>
      ask(`route53resolver:${operation}`, async () => {
        return (await resolver.send(new JsonCall(operation, { Filters, NextToken }))) as Page;
      }),
    ({ ResolverQueryLogConfigAssociations = [] }) => ResolverQueryLogConfigAssociations,
  );
  return found
    .filter(({ ResourceId }) => ResourceId === vpc)
    .map(({ ResolverQueryLogConfigId = '', Status = 'in no state' }) => ({
      id: ResolverQueryLogConfigId,
      status: Status,
    }));
}
