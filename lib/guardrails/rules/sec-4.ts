import { ownCredentials } from '../../policy/document/header-lists';
import { inEachPolicy, type Rule } from '../rule';

export const sec4: Rule = {
  id: 'SEC-4',
  law: 'the agent brings no credential of its own, unless a rule says why',
  check: (stack) =>
    inEachPolicy(stack, ({ proxy, warden }, finding) => {
      const passing = ownCredentials(proxy, warden);
      const fix =
        'let compilePolicy write the header lists, and name the header in keepHeaders, with because';
      return passing === undefined ? [] : [finding(passing, fix)];
    }),
};
