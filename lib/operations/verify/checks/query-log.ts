import { notApplicable } from '../../preflight/check';
import { resourcesOf, type Subject, verdictOf, verifyCheck } from '../check';

export const queryLog = verifyCheck({
  id: 'query-log',
  title: 'questions to the VPC resolver are recorded',
  invariants: ['NET-3', 'LOG-1'],
  scope: 'stack',
  read: async (live, subject) => (wantedOf(subject) === undefined ? undefined : live.queryLogs()),
  judge: (found, subject) => {
    const wanted = wantedOf(subject);
    if (!found || wanted === undefined)
      return notApplicable('network.dns is off: nobody answers, so nothing is recorded');
    const status = found.find(({ id }) => id === wanted)?.status ?? 'not associated with the VPC';
    return verdictOf(
      status === 'ACTIVE' ? [] : [`the query log ${wanted} is ${status}`],
      `${wanted} is ACTIVE`,
      'deploy the stack, which associates it; find out in CloudTrail who removed it',
    );
  },
});

function wantedOf({ deployed }: Subject): string | undefined {
  return resourcesOf(deployed, 'AWS::Route53Resolver::ResolverQueryLoggingConfig')[0]?.id;
}
