import { createHash } from 'node:crypto';
import { agentPrefix, boxParameter, PARAMETER_LIMIT } from '../../../constructs/names';
import { textOf } from '../../reach/template/value';
import type { Finding, Report } from '../rule';
import type { Cell } from '../template/cell';
import { leavesOf } from '../template/leaves';
import type { Policy } from '../template/policy';

/** The fix for a policy that no configuration can produce. */
export const RECOMPILE = 'let compilePolicy write it';

/** Findings that would keep the box from reading the whole policy. */
export function delivery(cell: Cell, policy: Policy, finding: Report): Finding[] {
  const prefix = `${agentPrefix(cell.stack, cell.agent)}/`;
  const found = [
    ...misdirected(cell),
    ...policy.missing.map((name) =>
      finding(`the box of "${cell.agent}" is told to read ${name}, which isn't in this template`, RECOMPILE),
    ),
    ...(cell.manifest?.policy.parameters ?? [])
      .filter((name) => !name.startsWith(prefix))
      .map((name) =>
        finding(`the box of "${cell.agent}" is told to read ${name}, which isn't its own`, RECOMPILE),
      ),
  ];
  for (const parameter of policy.parameters) {
    const size = Buffer.byteLength(textOf(parameter.get('Value')) ?? '');
    if (textOf(parameter.get('Type')) !== 'String' || size > PARAMETER_LIMIT) {
      found.push({
        resource: parameter.id,
        message: `a part of the policy must be a String of at most ${PARAMETER_LIMIT} bytes`,
        fix: RECOMPILE,
      });
    }
  }
  const digest = createHash('sha256')
    .update(policy.text ?? '')
    .digest('hex');
  if (policy.text !== undefined && cell.manifest?.policy.sha256 !== digest) {
    found.push(
      finding(
        `the box parameter of "${cell.agent}" has the digest of another policy: warden would refuse this one`,
        RECOMPILE,
      ),
    );
  }
  return found;
}

/** The user data of a box must name its parameter, which names everything else. */
function misdirected(cell: Cell): Finding[] {
  const name = boxParameter(cell.stack, cell.agent);
  return cell.proxies
    .filter((proxy) => {
      const userData = leavesOf({ Resources: { [proxy.id]: proxy.raw.properties.UserData } });
      return !userData.some(({ text }) => text.split(/[\s'"=]+/).includes(name));
    })
    .map(({ id }) => ({
      resource: id,
      message: `the user data of "${cell.agent}"'s proxy box doesn't name ${name}`,
      fix: 'make the box with AgentCell',
    }));
}
