import type { CustomResource } from '../../function/custom-resource';
import { deleteAgentSecrets, ensureAgentSecrets } from './agent-secrets';
import { ParameterStore } from './parameter-store';
import { AGENT_SECRETS_TYPE, type AgentSecretsProperties, prefixOf, readAgentSecrets } from './properties';

/** One agent's SecureStrings and its certificate authority. */
export const agentSecrets: CustomResource<AgentSecretsProperties> = {
  type: AGENT_SECRETS_TYPE,
  read: readAgentSecrets,
  physicalId: (properties) => prefixOf(properties).slice(1),

  async ensure({ properties, before, owner, signal }, { ssm, now, pause }) {
    const store = new ParameterStore(ssm(), signal);
    const made = await ensureAgentSecrets(store, properties, before, owner, { now, pause });
    return {
      reason: [keptText(made.kept), ...made.unreadable].join('; '),
      data: { CaCertificate: made.caCertificate },
    };
  },

  async remove({ properties, owner, signal }, { ssm }) {
    const { kept } = await deleteAgentSecrets(new ParameterStore(ssm(), signal), properties, owner);
    return { reason: keptText(kept) };
  },
};

function keptText(kept: readonly string[]): string {
  return kept.length === 0
    ? 'done'
    : `done; kept, because only an operator may delete them: ${kept.join(', ')}`;
}
