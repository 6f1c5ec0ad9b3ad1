import { ownCredentials } from '../../policy/document/header-lists';
import type { Rule } from '../rule';

export const sec4: Rule = {
  id: 'SEC-4',
  law: 'the agent brings no credential of its own, unless a rule says why',
  check: (stack) =>
    stack.cells.flatMap(({ policy }) => {
      const at = policy?.parameters[0];
      // POL-1 says what is wrong with a policy that can't be read.
      if (policy === undefined || at === undefined || policy.problem !== undefined) return [];
      const passing = ownCredentials(policy.proxy, policy.warden);
      const fix =
        'let compilePolicy write the header lists, and name the header in keepHeaders, with because';
      return passing === undefined ? [] : [{ resource: at.id, message: passing, fix }];
    }),
};
