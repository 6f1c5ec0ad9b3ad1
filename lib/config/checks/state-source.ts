import type { Problem } from '../model';
import type { Parsed, ParsedAgent } from '../parsed';
import { problemAt } from '../source/source';
import { parseStateSource, type StateSource } from '../values/state-source';

const PATH = ['host', 'stateFrom'];

/** A snapshot must be in the stack's region and account; a volume belongs to one agent. */
export function stateSources({ airlock, agents }: Parsed): Problem[] {
  const { region, account } = airlock?.settings.env ?? {};
  const holders = new Map<string, ParsedAgent>();
  return agents.flatMap((agent) => {
    const { stateFrom } = agent.settings.host ?? {};
    const from = stateFrom === undefined ? undefined : parseStateSource(stateFrom);
    if (!from) return [];
    const place = { source: agent.source, path: PATH };
    const holder = from.kind === 'volume' ? holders.get(from.id) : undefined;
    holders.set(from.id, agent);
    if (holder) {
      const message = `is the state volume of ${holder.source.file} too`;
      const fix = 'give each agent a volume of its own: one made of a snapshot, where they share a past';
      return [problemAt(place, { message, fix })];
    }
    return elsewhere(from, region, account).map((finding) => problemAt(place, finding));
  });
}

function elsewhere(from: StateSource, region: string | undefined, account: string | undefined) {
  if (from.kind !== 'snapshot') return [];
  if (from.region !== undefined && region !== undefined && from.region !== region) {
    return [
      {
        message: `is a recovery point of ${from.region}, and the stack is in ${region}`,
        fix: `copy its snapshot to ${region} ("aws ec2 copy-snapshot"), and name the copy`,
      },
    ];
  }
  if (from.account !== undefined && account !== undefined && from.account !== account) {
    return [
      {
        message: `is a recovery point of account ${from.account}, and the stack is in ${account}`,
        fix: 'copy its snapshot into the account of the stack, and name the copy',
      },
    ];
  }
  return [];
}
