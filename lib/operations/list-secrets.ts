import type { SSMClient } from '@aws-sdk/client-ssm';
import { SECRET_MARK } from '../../constructs/names';
import type { Agent } from '../config/model';
import { awsFailure } from './aws-failure';
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
  | { readonly reason: 'listed'; readonly secrets: readonly ListedSecret[] }
  | { readonly reason: 'aws'; readonly message: string };

/** What is known of each secret without decrypting it. No value is asked for, and none is in the result. */
export async function listSecrets(
  stack: string,
  agents: readonly Agent[],
  ssm: Pick<SSMClient, 'send'>,
  region: string,
): Promise<ListSecretsResult> {
  const secrets: ListedSecret[] = [];
  for (const agent of agents) {
    for (const { id, parameter } of agent.secrets) {
      const about = { agent: agent.name, id, parameter };
      try {
        secrets.push({
          ...about,
          ...(await stateOf(ssm, parameter, () => agentKey(ssm, stack, agent.name))),
        });
      } catch (error) {
        const { message, fix } = awsFailure('ssm:GetParameterHistory', region, error);
        return { reason: 'aws', message: `${message}: ${fix}` };
      }
    }
  }
  return { reason: 'listed', secrets };
}

async function stateOf(
  ssm: Pick<SSMClient, 'send'>,
  parameter: string,
  ownKey: () => Promise<string | undefined>,
): Promise<Omit<ListedSecret, 'agent' | 'id' | 'parameter'>> {
  try {
    const { keyId, version, description, changed, by } = await newestVersion(ssm, parameter);
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
  } catch (error) {
    if (error instanceof Error && error.name === 'ParameterNotFound') return { state: 'missing' };
    throw error;
  }
}
