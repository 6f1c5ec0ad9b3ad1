import { AMAZON_LINUX_RELEASE, DAYS } from '../../constructs/names';
import type { BoxManifest } from '../../constructs/proxy/box-manifest';
import { isRecord, jsonIn } from '../json';
import { type Reason, reason } from './reason';

export type ManifestRead =
  | { readonly ok: true; readonly manifest: BoxManifest }
  | { readonly ok: false; readonly reason: Reason };

const SHA256 = /^[0-9a-f]{64}$/;
/** A version becomes a directory's name. */
const VERSION = /^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const KMS_KEY = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[0-9a-f-]{1,64}$/;
const KEY = /^[0-9A-Za-z!_.*'()/-]{1,1024}$/;

/**
 * Reads the box parameter. It may name parameters of its own agent only: a manifest in the wrong place must not turn one
 * agent's box into another's.
 */
export function readManifest(text: string, stack: string, agent: string): ManifestRead {
  const parsed = jsonIn(text);
  if (parsed === undefined) return invalid('it is not JSON');
  if (!isRecord(parsed)) return invalid('it is not a JSON object');
  if (parsed.format !== 1) return invalid('format: 1 is allowed');
  if (parsed.stack !== stack || parsed.agent !== agent) {
    return {
      ok: false,
      reason: reason(
        'manifest-foreign',
        `this box is ${stack}/${agent}, it says ${parsed.stack}/${parsed.agent}`,
      ),
    };
  }
  const prefix = `/${stack}/${agent}/`;
  const [problem] = [
    ...policyProblems(parsed.policy, prefix),
    ...caProblems(parsed.ca, prefix),
    ...wardenProblems(parsed.warden),
    ...ironProxyProblems(parsed.ironProxy),
    ...amazonLinuxProblems(parsed.amazonLinux),
    ...archiveProblems(parsed.archive),
  ];
  return problem === undefined ? { ok: true, manifest: parsed as unknown as BoxManifest } : invalid(problem);
}

function invalid(detail: string): ManifestRead {
  return { ok: false, reason: reason('manifest-invalid', detail) };
}

function* policyProblems(policy: unknown, prefix: string): Generator<string> {
  if (!isRecord(policy)) return yield 'policy: an object is needed';
  const { parameters, sha256 } = policy;
  if (!Array.isArray(parameters) || parameters.length === 0 || parameters.length > 100) {
    return yield 'policy.parameters: 1 to 100 names are allowed';
  }
  if (!parameters.every((name) => isOwn(name, prefix)))
    yield `policy.parameters: names below ${prefix} are allowed`;
  if (new Set(parameters).size !== parameters.length) yield 'policy.parameters: a name is there twice';
  if (!matches(sha256, SHA256)) yield 'policy.sha256: 64 hexadecimal digits are needed';
}

function* caProblems(ca: unknown, prefix: string): Generator<string> {
  if (!isRecord(ca)) return yield 'ca: an object is needed';
  for (const field of ['certificateParameter', 'keyParameter'] as const) {
    if (!isOwn(ca[field], prefix)) yield `ca.${field}: a name below ${prefix} is needed`;
  }
}

function* wardenProblems(warden: unknown): Generator<string> {
  if (!isRecord(warden)) return yield 'warden: an object is needed';
  if (!matches(warden.bucket, BUCKET)) yield 'warden.bucket: a bucket name is needed';
  if (!matches(warden.key, KEY)) yield 'warden.key: an object key is needed';
  if (!matches(warden.sha256, SHA256)) yield 'warden.sha256: 64 hexadecimal digits are needed';
}

function* ironProxyProblems(ironProxy: unknown): Generator<string> {
  if (ironProxy === undefined) return;
  if (!isRecord(ironProxy)) return yield 'ironProxy: an object is needed';
  if (!matches(ironProxy.version, VERSION)) yield 'ironProxy.version: a version is needed';
  if (!matches(ironProxy.sha256, SHA256)) yield 'ironProxy.sha256: 64 hexadecimal digits are needed';
  if (!matches(ironProxy.url, /^https:\/\/[0-9a-z.-]+\//)) yield 'ironProxy.url: an https address is needed';
}

function* amazonLinuxProblems(amazonLinux: unknown): Generator<string> {
  if (amazonLinux === undefined) return;
  if (!isRecord(amazonLinux)) return yield 'amazonLinux: an object is needed';
  const { release, day, hour } = amazonLinux;
  if (!matches(release, AMAZON_LINUX_RELEASE))
    yield 'amazonLinux.release: a release such as 2023.9.20251105 is needed';
  if (!DAYS.some((each) => each === day)) yield `amazonLinux.day: one of ${DAYS.join(', ')} is needed`;
  if (!Number.isInteger(hour) || Number(hour) < 0 || Number(hour) > 23)
    yield 'amazonLinux.hour: 0 to 23 is allowed';
}

function* archiveProblems(archive: unknown): Generator<string> {
  if (archive === undefined) return;
  if (!isRecord(archive)) return yield 'archive: an object is needed';
  if (!matches(archive.bucket, BUCKET)) yield 'archive.bucket: a bucket name is needed';
  if (!matches(archive.keyArn, KMS_KEY)) yield 'archive.keyArn: the ARN of a KMS key is needed';
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

export function isOwn(name: unknown, prefix: string): name is string {
  return typeof name === 'string' && name.startsWith(prefix) && /^[\w./-]{1,1011}$/.test(name);
}
