import type { Rule } from '../rule';

/** Types that CDK has a class for and CloudFormation can't create: one of them makes it refuse the whole template. */
const NOT_CREATABLE: Readonly<Record<string, string>> = {
  'AWS::Route53Resolver::FirewallConfig':
    "take it out: DnsFirewall's custom resource sets FirewallFailOpen through the API",
};

/** The part of DEP-1 that a template shows; `npm run outside` checks every type and property by CloudFormation's schemas. */
export const dep1: Rule = {
  id: 'DEP-1',
  law: 'CloudFormation can create every resource of the template',
  check: (stack) =>
    Object.entries(NOT_CREATABLE).flatMap(([type, fix]) =>
      stack.template.ofType(type).map(({ id }) => ({
        resource: id,
        message: `is of the type ${type}, which CloudFormation can't create: it refuses the whole template`,
        fix,
      })),
    ),
};
