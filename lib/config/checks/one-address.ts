import type { Problem } from '../model';
import type { ParsedAgent, ParsedRule } from '../parsed';
import { onlyReads } from '../values/http-method';
import { ruleProblem } from './rule-problem';

/** What a path ends in where one address takes every operation, and the body says which: GraphQL, JSON-RPC, MCP, SOAP. */
const ONE_ADDRESS = /\/(?:graphql|gql|rpc|json-?rpc|xml-?rpc(?:\.php)?|mcp|soap)(?:\/\*?)?$/i;

/** A proxy judges method and path: at such an address it can't tell a question from a change. */
export function oneAddress({ rules }: ParsedAgent): Problem[] {
  return rules.flatMap((rule) => {
    const path = rule.paths.find((each) => ONE_ADDRESS.test(each));
    if (path === undefined || !changesAsLow(rule)) return [];
    return [
      ruleProblem(rule, ['risk'], {
        message: `lets through every change that the credential permits: ${path} takes all operations, and the proxy box doesn't read which`,
        fix: 'write medium or high, or say in because why no request can change anything',
      }),
    ];
  });
}

function changesAsLow({ methods, risk, because, secret, awsAuth }: ParsedRule): boolean {
  const isSigned = secret !== undefined || awsAuth !== undefined;
  return isSigned && risk === 'low' && because === undefined && !onlyReads(methods);
}
