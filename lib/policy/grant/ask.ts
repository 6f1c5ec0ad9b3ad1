import type { GatePolicy } from '../gate/policy';

/** The command that opens a rule, without time and reason. It names the stack: whoever pastes it may have no configuration. */
export function grantCommand(
  { agent, where }: Pick<GatePolicy, 'agent' | 'where'>,
  rule: string | undefined,
): string {
  const place = where ? ` --stack ${where.stack} --region ${where.region}` : '';
  return `airlock grant ${agent} ${rule}${place}`;
}
