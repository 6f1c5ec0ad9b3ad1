import type { Rule } from '../rule';

/** The invariants that `lib/reach` computes from the network's own rules. */
const LAWS = {
  'NET-1': 'an agent host reaches nothing but the ports of its own proxy box',
  'NET-2': "an agent host's subnet has no route out, and the host no public address and no IPv6",
  'NET-3': 'no VPC resolver answers an agent host',
  'NET-4': 'an agent host reaches no other cell and no endpoint of the VPC',
  'NET-5': 'nothing comes in but ssh from the Instance Connect Endpoint',
  'NET-6': 'nothing leaves a proxy box but https, and dns to the named resolvers',
  'NET-7':
    "where a proxy box's subnet leads to other networks, its routes and security groups know public addresses alone",
  'IAM-1': 'an agent host has no instance profile',
  'IMDS-1': 'both machines answer IMDSv2 only, over one hop',
  'VOL-1': "everything of an agent's is encrypted with its own key",
  'VOL-2': 'the state volume outlives its host and the stack, and is backed up daily',
} as const;

export const REACH_BACKED_RULES: readonly Rule[] = Object.entries(LAWS).map(([id, law]) => ({
  id,
  law,
  check: (stack) =>
    stack.cells.length === 0 ? [] : stack.reach.violations.filter((violation) => violation.invariant === id),
}));
