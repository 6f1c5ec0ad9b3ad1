import type { BoxManifest } from '../../constructs/proxy/box-manifest';
import { type Bundle, readBundle } from '../policy/document/read';
import type { Box } from './box';
import { AwsError, type Host } from './host';
import { readManifest } from './manifest';
import { type Reason, reason } from './reason';
import { sha256 } from './render';

/** What the deployment wants this box to run. */
export interface Wanted {
  readonly manifest: BoxManifest;
  readonly bundle: Bundle;
  /** PEM. */
  readonly certificate: string | undefined;
  /** Parameters of the policy's secrets that no operator has set. */
  readonly neverSet: ReadonlySet<string>;
  /** Version of each secret that has a value, by the secret's id. */
  readonly versions: SecretVersions;
}

export type SecretVersions = Readonly<Record<string, number>>;

export type WantedRead =
  | { readonly ok: true; readonly wanted: Wanted }
  /** `manifest` is present when it was readable: software can be upgraded while the policy is unusable. */
  | { readonly ok: false; readonly reason: Reason; readonly manifest?: BoxManifest };

/** GetParameters takes ten names a call (Systems Manager API reference). */
const BATCH = 10;

type Parameters = ReadonlyMap<string, { readonly value: string; readonly version: number }>;

/**
 * Reads manifest, policy, certificate and the versions of the secrets. It doesn't read a policy again whose digest is
 * unchanged, so that a poll makes two calls in the steady state.
 */
export async function readWanted(host: Host, box: Box, known: Wanted | undefined): Promise<WantedRead> {
  let manifest: BoxManifest | undefined;
  try {
    const name = box.parameter;
    const text = (await getAll(host, [name])).get(name)?.value;
    if (text === undefined) return { ok: false, reason: reason('aws-unreadable', `${name} does not exist`) };
    const read = readManifest(text, box.stack, box.agent);
    if (!read.ok) return read;
    manifest = read.manifest;
    const rest = await readRest(host, box, manifest, known);
    return rest.ok ? rest : { ...rest, manifest };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { ok: false, reason: reason('aws-unreadable', error.message), manifest };
  }
}

async function readRest(
  host: Host,
  box: Box,
  manifest: BoxManifest,
  known: Wanted | undefined,
): Promise<WantedRead> {
  const same = known?.manifest.policy.sha256 === manifest.policy.sha256 ? known.bundle : undefined;
  const { certificateParameter } = manifest.ca;
  const secrets = same ? secretParameters(same) : [];
  const parts = same === undefined ? manifest.policy.parameters : [];
  const found = await getAll(host, [certificateParameter, ...parts, ...secrets]);
  if (same !== undefined) return { ok: true, wanted: wanted(manifest, same, found) };

  const texts = parts.map((name) => found.get(name)?.value);
  const missing = parts.find((_, index) => texts[index] === undefined);
  if (missing !== undefined)
    return { ok: false, reason: reason('policy-incomplete', `${missing} does not exist`) };
  const text = texts.join('');
  if (sha256(text) !== manifest.policy.sha256) {
    return {
      ok: false,
      reason: reason('policy-incomplete', 'the digest differs: half of a deployment, or a stray edit'),
    };
  }
  const read = readBundle(text, box.agent, `/${box.stack}/${box.agent}/`);
  if (!read.ok) return { ok: false, reason: reason('policy-invalid', read.problem) };
  const versions = await getAll(host, secretParameters(read.bundle));
  return { ok: true, wanted: wanted(manifest, read.bundle, new Map([...found, ...versions])) };
}

function wanted(manifest: BoxManifest, bundle: Bundle, found: Parameters): Wanted {
  const secrets = secretsOf(bundle).map(({ id, parameter }) => ({
    id,
    parameter,
    version: found.get(parameter)?.version ?? 1,
  }));
  // Version 1 is the placeholder that the deployment wrote; a missing parameter was never set either.
  const isSet = ({ version }: { readonly version: number }) => version > 1;
  return {
    manifest,
    bundle,
    certificate: found.get(manifest.ca.certificateParameter)?.value,
    neverSet: new Set(secrets.filter((each) => !isSet(each)).map(({ parameter }) => parameter)),
    versions: Object.fromEntries(secrets.filter(isSet).map(({ id, version }) => [id, version])),
  };
}

/** Those of high-risk rules too. */
function secretsOf({ airlock }: Bundle): { readonly id: string; readonly parameter: string }[] {
  return [...airlock.secrets, ...airlock.sealed.map(({ id, source }) => ({ id, parameter: source.name }))];
}

function secretParameters(bundle: Bundle): string[] {
  return secretsOf(bundle).map(({ parameter }) => parameter);
}

/** SecureStrings stay encrypted: warden needs their versions only. */
async function getAll(host: Host, names: readonly string[]): Promise<Parameters> {
  const found = new Map<string, { value: string; version: number }>();
  const unique = [...new Set(names)];
  for (let start = 0; start < unique.length; start += BATCH) {
    const answer = await host.getParameters(unique.slice(start, start + BATCH), false);
    for (const { name, value, version } of answer.parameters) found.set(name, { value, version });
  }
  return found;
}
