import type { Airlock } from '../config/model';
import { unlessRefused } from './aws';
import type { Found } from './retained/aws-account';
import { type Leftover, leftoversOf } from './retained/leftovers';

export interface RetainedInput {
  readonly airlock: Airlock;
  /** One agent's, which need not be in the configuration any more. @default the whole stack's */
  readonly agent?: string;
  readonly find: () => Promise<Found>;
}

export type RetainedResult =
  | {
      readonly reason: 'found';
      readonly stack: string;
      readonly isDeployed: boolean;
      readonly leftovers: readonly Leftover[];
    }
  | { readonly reason: 'aws'; readonly message: string };

/** What an earlier stack or agent of this name left behind, and how each is used again or removed. Reads only. */
export function retained({ airlock, agent, find }: RetainedInput): Promise<RetainedResult> {
  return unlessRefused<RetainedResult, RetainedResult>(
    async () => {
      const found = await find();
      const leftovers = leftoversOf(found, agent);
      return { reason: 'found', stack: airlock.name, isDeployed: found.deployed !== undefined, leftovers };
    },
    (message) => ({ reason: 'aws', message }),
  );
}
