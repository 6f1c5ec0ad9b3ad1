import type { Machine } from '../network/model';
import type { Violation } from '../report';
import type { Invariant } from './context';

/** IMDSv2 only, hop limit 1, on both machines; set in the template, because an image may choose otherwise. */
export const imds1: Invariant = {
  id: 'IMDS-1',
  check: ({ agentHosts, proxyBoxes }) => [...agentHosts, ...proxyBoxes].flatMap(checkMachine),
};

function checkMachine(machine: Machine): Violation[] {
  const { endpoint, tokensRequired, hopLimit } = machine.metadata;
  if (!endpoint) return [];
  const found: Violation[] = [];
  const add = (message: string, fix: string) =>
    found.push({ invariant: 'IMDS-1', resource: machine.id, message, fix });
  if (!tokensRequired) {
    add(`${machine.id} may answer IMDSv1 requests`, 'set MetadataOptions.HttpTokens to required');
  }
  if (hopLimit !== 1) {
    add(
      `${machine.id} has hop limit ${hopLimit ?? 'left to its image'} for instance metadata`,
      'set MetadataOptions.HttpPutResponseHopLimit to 1',
    );
  }
  return found;
}
