import { boxParameter } from '../../../../constructs/names';
import type { BoxManifest } from '../../../../constructs/proxy/box-manifest';
import { type Bundle, readBundle } from '../../../policy/document/read';
import { type HighRiskRule, highRiskRules } from '../../../policy/grant/high-risk';
import { readManifest } from '../../../warden/manifest';
import { render, sha256 } from '../../../warden/render';
import type { LiveParameter } from './records';

/** The policy that Parameter Store has for a proxy box, read as warden reads it. */
export type LivePolicy =
  | {
      readonly ok: true;
      /** SHA-256 of the deployed text. */
      readonly sha256: string;
      /** SHA-256 of what warden makes of it for iron-proxy. */
      readonly rendered: string;
      /** Ids of secrets without a value, whose rules are shut. */
      readonly unset: readonly string[];
      readonly highRisk: readonly HighRiskRule[];
      /** Release of Amazon Linux that belongs on the box. */
      readonly amazonLinux?: string;
    }
  | { readonly ok: false; readonly problem: string };

type ValuesOf = (names: readonly string[]) => Promise<ReadonlyMap<string, string>>;

interface Cell {
  readonly stack: string;
  readonly agent: string;
}

export type LiveBundle =
  | { readonly ok: true; readonly manifest: BoxManifest; readonly bundle: Bundle }
  /** @param isMissing whether there is no parameter */
  | { readonly ok: false; readonly problem: string; readonly isMissing?: boolean };

/** The deployed policy, checked as warden checks it. */
export async function bundleOf(valuesOf: ValuesOf, { stack, agent }: Cell): Promise<LiveBundle> {
  const box = boxParameter(stack, agent);
  const text = (await valuesOf([box])).get(box);
  if (text === undefined) return { ok: false, problem: `${box} does not exist`, isMissing: true };
  const read = readManifest(text, stack, agent);
  if (!read.ok) return { ok: false, problem: `${box}: ${read.reason.detail ?? read.reason.code}` };
  const { policy } = read.manifest;
  const values = await valuesOf(policy.parameters);
  const missing = policy.parameters.find((name) => !values.has(name));
  if (missing !== undefined) return { ok: false, problem: `${missing} does not exist`, isMissing: true };
  const bundleText = policy.parameters.map((name) => values.get(name)).join('');
  if (sha256(bundleText) !== policy.sha256) {
    return {
      ok: false,
      problem: `the text of ${policy.parameters.join(', ')} is not the one whose digest ${box} has`,
    };
  }
  const bundle = readBundle(bundleText, agent, `/${stack}/${agent}/`);
  return bundle.ok ? { ok: true, manifest: read.manifest, bundle: bundle.bundle } : bundle;
}

export async function policyOf(
  valuesOf: ValuesOf,
  parameters: readonly LiveParameter[],
  cell: Cell,
): Promise<LivePolicy> {
  const found = await bundleOf(valuesOf, cell);
  if (!found.ok) return found;
  const { policy, amazonLinux } = found.manifest;
  const { secrets } = found.bundle.airlock;
  const isSet = (name: string) => parameters.some((each) => each.name === name && each.version > 1);
  const neverSet = new Set(secrets.map(({ parameter }) => parameter).filter((name) => !isSet(name)));
  const rendered = render(found.bundle, neverSet);
  return {
    ok: true,
    sha256: policy.sha256,
    rendered: rendered.policy.digest,
    unset: rendered.unset,
    highRisk: highRiskRules(found.bundle.gate, sha256),
    ...(amazonLinux && { amazonLinux: amazonLinux.release }),
  };
}
