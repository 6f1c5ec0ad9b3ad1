import { type AddressRange, formatRange, parseCidr } from '../../reach/address/cidr';
import { covers } from '../../reach/address/range';
import { textOf } from '../../reach/template/value';
import type { Finding, Rule } from '../rule';
import type { Cell } from '../template/cell';
import { fieldOf, textsOf } from '../template/json';
import type { StackTemplate } from '../template/stack-template';

/** What no upstream connection may go to; instance metadata is link-local in IPv4 and unique local in IPv6. */
const NEVER: Readonly<Record<string, string>> = {
  '0.0.0.0/8': 'this host',
  '10.0.0.0/8': 'private',
  '100.64.0.0/10': 'carrier-grade NAT',
  '127.0.0.0/8': 'loopback',
  '169.254.0.0/16': 'link-local, instance metadata',
  '172.16.0.0/12': 'private',
  '192.168.0.0/16': 'private',
  '224.0.0.0/4': 'multicast',
  '240.0.0.0/4': 'reserved',
  '::/128': 'this host',
  '::1/128': 'loopback',
  'fc00::/7': 'private, instance metadata',
  'fe80::/10': 'link-local',
};

export const net7: Rule = {
  id: 'NET-7',
  law: 'a proxy box dials no metadata service, loopback, link-local or private address, and not its own VPC',
  check: (stack) => stack.cells.flatMap((cell) => uncovered(cell, vpcBlocks(stack))),
};

function uncovered(cell: Cell, vpc: readonly string[]): Finding[] {
  const policy = cell.policy;
  const at = policy?.parameters[0];
  if (policy === undefined || at === undefined || policy.problem !== undefined) {
    return []; // POL-1 says so.
  }
  const denied = textsOf(fieldOf(policy.proxy, 'proxy', 'upstream_deny_cidrs')).map(parseCidr);
  const needed = [...Object.entries(NEVER), ...vpc.map((block) => [block, 'its own VPC'] as const)];
  return needed
    .filter(([block]) => !denied.some((range) => range !== undefined && holds(range, parseCidr(block))))
    .map(([block, what]) => ({
      resource: at.id,
      message: `the policy of "${cell.agent}" lets its proxy box dial ${block} (${what})`,
      fix: `add ${block} to proxy.upstream_deny_cidrs`,
    }));
}

function vpcBlocks(stack: StackTemplate): string[] {
  return stack.template
    .ofType('AWS::EC2::VPC', 'AWS::EC2::VPCCidrBlock')
    .flatMap((vpc) => textOf(vpc.get('CidrBlock')) ?? [])
    .map((block) => parseCidr(block))
    .flatMap((range) => (range === undefined ? [] : [formatRange(range)]));
}

function holds(outer: AddressRange, inner: AddressRange | undefined): boolean {
  return inner !== undefined && outer.family === inner.family && covers(outer.addresses, inner.addresses);
}
