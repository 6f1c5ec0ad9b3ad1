import { SECRET_MARK, UNSET } from '../../../names';
import type { Clock } from '../../function/custom-resource';
import { Refusal } from '../../function/refusal';
import { deleteCa, ensureCa, foreignCa } from './agent-ca';
import { isUnderKey, type ParameterStore, type StoredParameter } from './parameter-store';
import { type AgentSecretsProperties, prefixOf, spendOf } from './properties';

/** Parameters that are no longer wanted but hold something only an operator may delete. */
export interface Kept {
  readonly kept: readonly string[];
}

export interface Ensured extends Kept {
  readonly caCertificate: string;
  /** Secrets the proxy box can't read as they are: their rules refuse (SEC-2). */
  readonly unreadable: readonly string[];
}

/**
 * Creates missing parameters, changes none that is set, and deletes the placeholders of secrets that left the
 * configuration. It reads everything first, so that a refusal changes nothing.
 *
 * @param before What the resource stood for until now; absent on creation.
 * @param owner Logical id of the resource: two resources never share an agent.
 */
export async function ensureAgentSecrets(
  store: ParameterStore,
  wanted: AgentSecretsProperties,
  before: AgentSecretsProperties | undefined,
  owner: string,
  clock: Clock,
): Promise<Ensured> {
  const missing: string[] = [];
  const refused: string[] = [];
  const unreadable: string[] = [];
  for (const name of wanted.Parameters) {
    const found = await store.read(name);
    if (!found) {
      missing.push(name);
      continue;
    }
    const fault = faultOf(name, found, wanted);
    if (fault) (isStanding(name, wanted, before) || isOwn(found) ? unreadable : refused).push(fault);
  }
  const foreign = await foreignCa(store, wanted, owner);
  if (foreign) refused.push(foreign);
  if (refused.length > 0) throw new Refusal(refused.join('; '));

  for (const name of missing) {
    await store.create({ name, value: UNSET, keyArn: wanted.KeyArn, description: placeholder(owner) });
  }
  const spend = wanted.SpendParameter;
  if (spend !== undefined && !(await store.read(spend)))
    await store.create({ name: spend, value: '[]', description: 'Agent Airlock, what model calls may cost' });
  const caCertificate = await ensureCa(store, wanted, owner, clock);
  const same = before && prefixOf(before) === prefixOf(wanted);
  const dropped = same ? before.Parameters.filter((name) => !wanted.Parameters.includes(name)) : [];
  return { caCertificate, unreadable, kept: await dropPlaceholders(store, dropped, owner) };
}

/** The placeholders, what model calls cost, and the CA go; secrets that were set stay, for nothing else may hold them. */
export async function deleteAgentSecrets(
  store: ParameterStore,
  properties: AgentSecretsProperties,
  owner: string,
): Promise<Kept> {
  const spend = spendOf(prefixOf(properties));
  // A secret of that name is an operator's.
  if ((await store.read(spend))?.type === 'String') await store.delete(spend);
  const secrets = await dropPlaceholders(store, properties.Parameters, owner);
  return { kept: [...secrets, ...(await deleteCa(store, properties, owner))] };
}

/**
 * A fault in a secret that was there before, under the same key, is reported and not refused: rolling a failed deployment
 * back is an update like any other, and a refusal would leave the stack stuck.
 */
function isStanding(name: string, wanted: AgentSecretsProperties, before?: AgentSecretsProperties): boolean {
  return before !== undefined && before.KeyArn === wanted.KeyArn && before.Parameters.includes(name);
}

/**
 * A secret that an earlier stack or agent of this name left behind, under its own key. It may be the only copy of a value,
 * so it is never overwritten; until an operator moves it under this agent's key, its rules refuse requests.
 */
function isOwn({ type, descriptions }: StoredParameter): boolean {
  return type === 'SecureString' && [...descriptions].some((each) => each.startsWith(SECRET_MARK));
}

function faultOf(name: string, found: StoredParameter, wanted: AgentSecretsProperties): string | undefined {
  if (found.type === 'SecureString' && isUnderKey(found, wanted.KeyArn)) return undefined;
  const fault =
    found.type === 'SecureString'
      ? `is encrypted with "${found.keyId ?? 'no key'}", not with the agent's key "${wanted.KeyArn}"`
      : `is not a SecureString but a ${found.type || 'parameter of no type'}`;
  const remedy = isOwn(found)
    ? `its rules refuse until "airlock secrets carry ${wanted.Agent}" or "airlock secrets put" moves it under that key`
    : 'read its value, delete it, wait half a minute, deploy again, then set it with "airlock secrets put"';
  return `parameter "${name}" ${fault}: ${remedy}`;
}

async function dropPlaceholders(
  store: ParameterStore,
  names: readonly string[],
  owner: string,
): Promise<string[]> {
  const kept: string[] = [];
  for (const name of names) {
    const found = await store.read(name);
    if (!found) continue;
    // Version 1 alone is no proof: an operator may have deleted it and put it again with a value.
    if (found.version === 1 && found.description === placeholder(owner)) await store.delete(name);
    else kept.push(name);
  }
  return kept;
}

function placeholder(owner: string): string {
  return `${SECRET_MARK}, ${UNSET} until an operator sets it, made by ${owner}`;
}
