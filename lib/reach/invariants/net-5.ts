import { PROTOCOLS } from '../address/protocol';
import type { Machine, Network, Rule } from '../network/model';
import { type Context, holdsOnly, type Invariant, matchesNothing, partners, rulesOf } from './context';
import { only, onlyProxyPorts } from './net-1';

/** Nothing comes in but tcp 22 from the Instance Connect Endpoint, and to a proxy box the traffic of its own agent host. */
export const net5: Invariant = {
  id: 'NET-5',
  check: (context) =>
    [...context.agentHosts, ...context.proxyBoxes].flatMap((machine) => checkMachine(context, machine)),
};

function checkMachine(context: Context, machine: Machine) {
  const { network, agentHosts, proxyBoxes } = context;
  const own = proxyBoxes.includes(machine) ? partners(agentHosts, machine).map((host) => host.id) : [];
  return rulesOf(machine, 'ingress')
    .filter((rule) => !matchesNothing(rule) && !isSsh(network, rule) && !isFromAgent(network, rule, own))
    .map((rule) => ({
      invariant: 'NET-5',
      resource: machine.id,
      message: `${machine.id} lets more in than it may: ${rule.control.id} ${rule.control.rule}`,
      fix:
        own.length > 0
          ? `allow in only tcp 22 from the Instance Connect Endpoint's group and the proxy box's ports from the group of ${own.join(', ')}`
          : "allow in only tcp 22 from the Instance Connect Endpoint's group",
    }));
}

function isSsh(network: Network, rule: Rule): boolean {
  const endpoints = network.others
    .filter((each) => each.kind === 'connect-endpoint')
    .map((each) => each.owner);
  return (
    only(rule.protocols, PROTOCOLS.tcp) &&
    only(rule.ports, 22) &&
    rule.peer.kind === 'group' &&
    holdsOnly(network, rule.peer.key, new Set(endpoints))
  );
}

function isFromAgent(network: Network, rule: Rule, own: readonly string[]): boolean {
  return (
    onlyProxyPorts(rule) && rule.peer.kind === 'group' && holdsOnly(network, rule.peer.key, new Set(own))
  );
}
