import type { Problem } from '../model';
import type { ParsedAgent, ParsedRule } from '../parsed';
import { quote } from '../quote';
import { onlyReads } from '../values/http-method';
import { ruleProblem } from './rule-problem';

/** Last segments of APIs whose single path takes every operation, named in the body: GraphQL, JSON-RPC, MCP, SOAP. */
const ONE_ADDRESS = /\/(?:graphql|gql|rpc|json-?rpc|xml-?rpc(?:\.php)?|mcp|soap)(?:\/\*?)?$/i;

/** Method and path don't tell a query from a change on such a path; a GraphQL body without mutations does. */
export function oneAddress({ rules }: ParsedAgent): Problem[] {
  return rules.flatMap((rule) => {
    const path = rule.paths.find((each) => ONE_ADDRESS.test(each));
    if (path === undefined || !changesAsLow(rule)) return [];
    return [
      ruleProblem(rule, ['risk'], {
        message: `lets through every change that the credential permits: ${quote(path)} takes all operations, and the rule doesn't say which`,
        fix: 'write medium or high, let body: { graphql: … } allow queries alone, or say in because why no request can change anything',
      }),
    ];
  });
}

function changesAsLow({ methods, risk, because, secret, awsAuth, body }: ParsedRule): boolean {
  const isSigned = secret !== undefined || awsAuth !== undefined;
  const onlyQueries = body?.graphql !== undefined && body.graphql.mutation === undefined;
  return isSigned && risk === 'low' && because === undefined && !onlyReads(methods) && !onlyQueries;
}
