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

/** A stack of 500 resources stays far below; what doesn't would take minutes and all memory. */
const RULE_PAIRS_LIMIT = 20_000_000;

/**
 * What every machine of a CloudFormation template can reach and what reaches it, through which controls, and which
 * laws that breaks. Computed from the template alone, as AWS would enforce it; what the template leaves open is
 * taken at its worst and said so. Never throws: what isn't a template comes back as problems.
 *
 * Machines that bear the kit's tags are held to the invariants, all others to the general findings.
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

/** Every egress rule is held against every ingress rule. */
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

/** The most open of the resolvers on its links. */
export function resolverOf(network: Network, machine: Machine): ResolverReport {
  const states = machine.interfaces.flatMap((each) => network.resolvers.get(each.subnet.vpc) ?? []);
  const worst = ['open', 'blocked', 'off'].flatMap((state) =>
    states.filter((each) => each.state === state),
  )[0];
  return worst ?? { state: 'open', why: 'its VPC is unknown', queriesLogged: false };
}
