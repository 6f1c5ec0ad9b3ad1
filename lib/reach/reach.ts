import { destinationsOf } from './destinations';
import { findings } from './findings/findings';
import { computeFlows, flowsByMachine } from './flows/flows';
import type { Flow } from './flows/piece';
import { checkInvariants } from './invariants/invariants';
import type { Machine, Network } from './network/model';
import { readNetwork } from './network/network';
import type { MachineReport, ReachOptions, ReachResult, ResolverReport } from './report';
import { readDocument } from './template/document';
import { Template } from './template/template';

/** A stack of 500 resources stays far below. More pairs would take minutes, and all memory. */
const RULE_PAIRS_LIMIT = 20_000_000;

/**
 * What every machine of a CloudFormation template can reach, what can reach it, through which controls, and which laws
 * that breaks. From the template alone, as AWS would enforce it:
 *
 * 1. `readDocument` checks the template's shape; what isn't a template comes back as problems.
 * 2. `Template` computes intrinsic functions. What the template leaves open is assumed at its worst, and the report says so.
 * 3. `readNetwork` reads VPCs, subnets, route tables, network ACLs, security groups, interfaces and machines.
 * 4. `computeFlows` follows packets, both ways, for each two interfaces and for each machine and the world beyond:
 *    security group, network ACL, route, then ACL and group at the other end, and the replies.
 * 5. `checkInvariants` holds machines with the kit's tags to the invariants, `findings` all others to general laws.
 *
 * It never throws.
 */
export function reach(template: unknown, options: ReachOptions = {}): ReachResult {
  const read = readDocument(template);
  if (!read.ok) return read;
  const network = readNetwork(new Template(read.document, options.parameters));
  const pairs = rulePairs(network);
  if (pairs > RULE_PAIRS_LIMIT) {
    return {
      ok: false,
      problems: [
        `Resources: ${pairs} pairs of security group rules are more than the ${RULE_PAIRS_LIMIT} that are computed: split the template`,
      ],
    };
  }
  const flows = computeFlows(network);
  const byMachine = flowsByMachine(flows);
  const machines = network.machines.map((machine) =>
    report(network, machine, byMachine.get(machine.id) ?? []),
  );
  const violations = [...checkInvariants(network, flows), ...findings(network, flows)];
  return {
    ok: true,
    report: {
      machines,
      violations,
      notModelled: network.notModelled,
      assumptions: network.template.assumptions,
    },
  };
}

/** Every egress rule is compared with every ingress rule. */
function rulePairs(network: Network): number {
  const interfaces = [...network.machines.flatMap((machine) => machine.interfaces), ...network.others];
  const count = (direction: 'egress' | 'ingress') =>
    interfaces.flatMap((each) => each.groups).reduce((sum, group) => sum + group[direction].length, 0);
  return count('egress') * count('ingress');
}

function report(network: Network, machine: Machine, flows: readonly Flow[]): MachineReport {
  const { id, kind, part, agent, interfaces, profile, metadata } = machine;
  return {
    id,
    kind,
    ...(part !== undefined && { part }),
    ...(agent !== undefined && { agent }),
    subnets: [...new Set(interfaces.map((each) => each.subnet.id))],
    ...firstOf(
      'publicAddress',
      interfaces.map((each) => each.publicV4),
    ),
    ipv6: interfaces.some((each) => each.v6 !== undefined),
    ...(profile !== undefined && { profile }),
    resolver: resolverOf(network, machine),
    metadata,
    destinations: destinationsOf(flows),
  };
}

function firstOf(name: string, values: readonly (string | undefined)[]): Record<string, string> {
  const value = values.find((each) => each !== undefined);
  return value === undefined ? {} : { [name]: value };
}

/** The most open of the resolvers of its VPCs. */
export function resolverOf(network: Network, machine: Machine): ResolverReport {
  const states = machine.interfaces.flatMap((each) => network.resolvers.get(each.subnet.vpc) ?? []);
  const worst = ['open', 'blocked', 'off'].flatMap((state) =>
    states.filter((each) => each.state === state),
  )[0];
  return worst ?? { state: 'open', why: 'its VPC is unknown', queriesLogged: false };
}
