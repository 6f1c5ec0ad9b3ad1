import type { Clock } from '../../function/custom-resource';
import { Refusal } from '../../function/refusal';
import { makeCertificateAuthority, usablePublicKey } from './certificate-authority';
import { isUnderKey, type ParameterStore, type StoredParameter } from './parameter-store';
import { type AgentSecretsProperties, caSubject } from './properties';

/**
 * The CA is two parameters, and no call writes both. So the key's description holds the fingerprint of its public half: a
 * pair is whole when the certificate has the same fingerprint. That needs no decryption, and is right after a crash at any
 * point, after two runs at once, and after somebody deleted one half. A pair that isn't whole is made again, key first, so
 * that a certificate, the only half that is given out, always has its key.
 */
interface Pair {
  readonly key?: StoredParameter;
  readonly certificate?: StoredParameter;
}

/** Why this resource must not touch what is there, or nothing. */
export async function foreignCa(
  store: ParameterStore,
  properties: AgentSecretsProperties,
  owner: string,
): Promise<string | undefined> {
  const { key, certificate } = await readPair(store, properties);
  const halves: [string, StoredParameter | undefined, string][] = [
    [properties.CaKeyParameter, key, 'SecureString'],
    [properties.CaCertificateParameter, certificate, 'String'],
  ];
  for (const [name, half, type] of halves) {
    if (!half) continue;
    const other = ownerOf(half);
    if (other === undefined || half.type !== type) {
      return `parameter "${name}" exists and was not made by Airlock: delete it, wait half a minute and deploy again`;
    }
    if (other !== owner) {
      return `parameter "${name}" belongs to the resource "${other}": keep that logical id, or remove that resource first`;
    }
  }
  return undefined;
}

/** A pair may fall apart again right after it was written, because two deliveries of one event ran at once. */
const WRITES = 3;

/** Reads of Parameter Store lag behind its writes: the waits for a pair that was just written, 30 seconds in all. */
const SETTLING_MS = [1000, 2000, 4000, 8000, 15_000];

/** The certificate of the one whole pair, made if need be. Ask `foreignCa` first. */
export async function ensureCa(
  store: ParameterStore,
  properties: AgentSecretsProperties,
  owner: string,
  { now, pause }: Clock,
): Promise<string> {
  const today = now();
  const wholeIn = (pair: Pair) => wholePair(pair, properties.KeyArn, today);
  let pair = await readPair(store, properties);
  for (let writes = 0; writes < WRITES && !wholeIn(pair); writes++) {
    await writePair(store, pair, properties, owner, today);
    pair = await readPair(store, properties);
    for (const wait of SETTLING_MS) {
      if (wholeIn(pair)) break;
      await pause(wait);
      pair = await readPair(store, properties);
    }
  }
  const whole = wholeIn(pair);
  if (whole) return whole;
  throw new Refusal(`the CA of agent "${properties.Agent}" is being changed by something else: deploy again`);
}

function wholePair({ key, certificate }: Pair, keyArn: string, now: Date): string | undefined {
  const published = certificate?.text && usablePublicKey(certificate.text, now);
  const fits = published && key && isUnderKey(key, keyArn) && markOf(key)?.fingerprint === published;
  return fits ? certificate?.text : undefined;
}

async function writePair(
  store: ParameterStore,
  { key, certificate }: Pair,
  properties: AgentSecretsProperties,
  owner: string,
  now: Date,
): Promise<void> {
  const made = await makeCertificateAuthority(caSubject(properties), now);
  const description = mark(owner, made.publicKeySha256);
  const newKey = {
    name: properties.CaKeyParameter,
    value: made.privateKey,
    description,
    keyArn: properties.KeyArn,
  };
  const newCertificate = { name: properties.CaCertificateParameter, value: made.certificate, description };
  await (key ? store.overwrite(newKey) : store.create(newKey));
  await (certificate ? store.overwrite(newCertificate) : store.create(newCertificate));
}

/** Deletes the halves that are this resource's; the host that trusted them goes with them. */
export async function deleteCa(
  store: ParameterStore,
  properties: AgentSecretsProperties,
  owner: string,
): Promise<string[]> {
  const { key, certificate } = await readPair(store, properties);
  const kept: string[] = [];
  for (const [name, half] of [
    [properties.CaKeyParameter, key],
    [properties.CaCertificateParameter, certificate],
  ] as const) {
    if (!half) continue;
    if (ownerOf(half) === owner) await store.delete(name);
    else kept.push(name);
  }
  return kept;
}

async function readPair(store: ParameterStore, properties: AgentSecretsProperties): Promise<Pair> {
  return {
    key: await store.read(properties.CaKeyParameter),
    certificate: await store.read(properties.CaCertificateParameter),
  };
}

function mark(owner: string, fingerprint: string): string {
  return `Agent Airlock CA, made by ${owner}, public key SHA-256 ${fingerprint}`;
}

function markOf(parameter: StoredParameter): { owner: string; fingerprint: string } | undefined {
  const [, owner, fingerprint] =
    /^Agent Airlock CA, made by ([A-Za-z0-9]+), public key SHA-256 ([0-9a-f]{64})$/.exec(
      parameter.description,
    ) ?? [];
  return owner && fingerprint ? { owner, fingerprint } : undefined;
}

function ownerOf(parameter: StoredParameter): string | undefined {
  return markOf(parameter)?.owner;
}
