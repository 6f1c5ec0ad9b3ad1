import { SECRET_MARK } from '../../constructs/names';
import type { Agent } from '../config/model';
import { type Aws, unlessRefused } from './aws';
import { agentKey, isSameKey, newestVersion } from './secret-history';

/**
 * `other-key`: set under another key than the agent's, so that its proxy box can't decrypt it. `plain`: the value isn't
 * encrypted. `missing`: no deployment has made the parameter.
 */
export interface ListedSecret {
  readonly agent: string;
  readonly id: string;
  readonly parameter: string;
  readonly state: 'set' | 'unset' | 'other-key' | 'plain' | 'missing';
  readonly version?: number;
  /** When it was last changed, and AWS's name of who did it. */
  readonly changed?: string;
  readonly by?: string;
}

export type ListSecretsResult =
  | { readonly reason: 'listed'; readonly region: string; readonly secrets: readonly ListedSecret[] }
  | { readonly reason: 'aws'; readonly message: string };

/** What is known of each secret without decrypting it. No value is asked for, and none is in the result. */
export function listSecrets(aws: Aws, stack: string, agents: readonly Agent[]): Promise<ListSecretsResult> {
  return unlessRefused<ListSecretsResult, ListSecretsResult>(
    async () => {
      const secrets: ListedSecret[] = [];
      for (const agent of agents) {
        for (const { id, parameter } of agent.secrets) {
          const state = await stateOf(aws, parameter, () => agentKey(aws, stack, agent.name));
          secrets.push({ agent: agent.name, id, parameter, ...state });
        }
      }
      return { reason: 'listed', region: aws.region, secrets };
    },
    (message) => ({ reason: 'aws', message }),
  );
}

async function stateOf(
  aws: Aws,
  parameter: string,
  ownKey: () => Promise<string | undefined>,
): Promise<Omit<ListedSecret, 'agent' | 'id' | 'parameter'>> {
  const newest = await newestVersion(aws, parameter);
  if (!newest) return { state: 'missing' };
  const { keyId, version, description, changed, by } = newest;
  const isUnset = version === 1 && description.startsWith(SECRET_MARK);
  const state =
    keyId === undefined
      ? 'plain'
      : isUnset
        ? 'unset'
        : isSameKey(keyId, await ownKey())
          ? 'set'
          : 'other-key';
  return { state, version, changed: changed?.toISOString(), by };
}
