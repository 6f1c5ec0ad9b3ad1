import type { Violation } from '../report';
import type { Finding } from './finding';

/** IMDSv1 gives credentials to any program that somebody can make fetch an address; more hops let containers in. */
export const metadata: Finding = (_network, machine) => {
  const { endpoint, tokensRequired, hopLimit } = machine.metadata;
  if (!endpoint) return [];
  const found: Violation[] = [];
  if (!tokensRequired) {
    found.push({
      invariant: 'IMDS-V1',
      resource: machine.id,
      message: `${machine.id} may answer IMDSv1: nothing requires session tokens`,
      fix: 'set MetadataOptions.HttpTokens to required',
    });
  }
  if (hopLimit !== undefined && hopLimit > 1) {
    found.push({
      invariant: 'IMDS-HOPS',
      resource: machine.id,
      message: `${machine.id} answers instance metadata over ${hopLimit} hops, containers included`,
      fix: 'set MetadataOptions.HttpPutResponseHopLimit to 1',
    });
  }
  return found;
};
