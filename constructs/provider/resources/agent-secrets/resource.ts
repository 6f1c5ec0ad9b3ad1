import { isDeepStrictEqual } from 'node:util';
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
    const store = new ParameterStore(ssm(), signal, properties.Tags);
    const made = await ensureAgentSecrets(store, properties, before, owner, { now, pause });
    await retag(store, properties, before);
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

/** Parameters outlive stacks, so on creation some may be there with the tags of another time. */
async function retag(
  store: ParameterStore,
  { Tags = {}, Parameters, CaKeyParameter, CaCertificateParameter, SpendParameter }: AgentSecretsProperties,
  before: AgentSecretsProperties | undefined,
): Promise<void> {
  if (before && isDeepStrictEqual(before.Tags ?? {}, Tags)) return;
  for (const name of [
    ...Parameters,
    CaKeyParameter,
    CaCertificateParameter,
    ...(SpendParameter ? [SpendParameter] : []),
  ]) {
    await store.retag(name, before?.Tags ?? {});
  }
}

function keptText(kept: readonly string[]): string {
  return kept.length === 0
    ? 'done'
    : `done; kept, because only an operator may delete them: ${kept.join(', ')}`;
}
