import type { Draft, DraftAgent } from '../draft/draft';
import type { Problem } from '../model';
import { problemAt, valueAt } from '../source/source';
import { parseStateSource, type StateSource } from '../values/state-source';

const PATH = ['host', 'stateFrom'];

/** A snapshot is used in its own Region and account, and a volume by one agent. */
export function stateSources({ source, region, agents }: Draft): Problem[] {
  const account = valueAt(source?.value, ['env', 'account']);
  const holders = new Map<string, DraftAgent>();
  return agents.flatMap((agent) => {
    const text = valueAt(agent.source.value, PATH);
    const from = typeof text === 'string' ? parseStateSource(text) : undefined;
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

function elsewhere(from: StateSource, region: string | undefined, account: unknown) {
  if (from.kind !== 'snapshot') return [];
  if (from.region !== undefined && region !== undefined && from.region !== region) {
    return [
      {
        message: `is a recovery point of ${from.region}, and the stack is in ${region}`,
        fix: `copy its snapshot to ${region} ("aws ec2 copy-snapshot"), and name the copy`,
      },
    ];
  }
  if (from.account !== undefined && typeof account === 'string' && from.account !== account) {
    return [
      {
        message: `is a recovery point of account ${from.account}, and the stack is in ${account}`,
        fix: 'copy its snapshot into the account of the stack, and name the copy',
      },
    ];
  }
  return [];
}
