import type { Rule } from '../rule';

/** What reach can't see: a machine without the tag that says what it is, or an agent host without a proxy box. */
export const net1: Rule = {
  id: 'NET-1',
  law: 'an agent host reaches nothing but the ports of its own proxy box',
  check: (stack) =>
    stack.cells.flatMap((cell) => [
      ...cell.unlabelled.map((instance) => ({
        resource: instance.id,
        message: `an instance of agent "${cell.agent}" says neither agent-host nor proxy-box in its tag airlock:part`,
        fix: 'make machines with AgentCell, or take the tag airlock:agent off what belongs to no agent',
      })),
      ...(cell.hosts.length === 1 && cell.proxies.length === 1
        ? []
        : [
            {
              resource: cell.anchor.id,
              message: `agent "${cell.agent}" has ${cell.hosts.length} agent hosts and ${cell.proxies.length} proxy boxes: it needs one of each`,
              fix: 'make both with AgentCell',
            },
          ]),
    ]),
};
