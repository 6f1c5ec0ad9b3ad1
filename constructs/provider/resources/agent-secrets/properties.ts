import { MODEL_SPEND } from '../../../names';
import { record, text, unacceptable } from '../../function/properties';

export const AGENT_SECRETS_TYPE = 'Custom::AirlockAgentSecrets';

/** Longest common name of a certificate, in characters (RFC 5280, ub-common-name). */
const COMMON_NAME_LIMIT = 64;
const PARAMETER_NAME = /^(?:\/[A-Za-z0-9_.-]+){3,15}$/;
const PREFIX = /^(?:\/[A-Za-z0-9_.-]+){2,}$/;
const KEY_ARN = /^arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/;
const CA_KEY = '/ca/private-key';
const CA_CERTIFICATE = '/ca/certificate';
/** Below an agent's prefix, written by the template or by this provider: never a secret's name. */
const TAKEN = ['ca', 'policy', 'box', MODEL_SPEND];

/** Properties of `Custom::AirlockAgentSecrets`. All parameters lie under `/<stack>/<agent>/`. */
export interface AgentSecretsProperties {
  readonly Agent: string;
  /** ARN (not alias, not id) of the agent's KMS key. */
  readonly KeyArn: string;
  /** Names of the secrets' parameters; none of the CA's. */
  readonly Parameters: readonly string[];
  /** `/<stack>/<agent>/ca/private-key`. */
  readonly CaKeyParameter: string;
  /** `/<stack>/<agent>/ca/certificate`. */
  readonly CaCertificateParameter: string;
  /** `/<stack>/<agent>/model-spend`. @default it is not made, as before this property was there */
  readonly SpendParameter?: string;
  /**
   * Common name of the CA, 1 to 64 printable ASCII characters.
   *
   * @default - names stack and agent, see `caSubject`
   */
  readonly CaSubject?: string;
  /** On every parameter. @default none, as before this property was there */
  readonly Tags?: Readonly<Record<string, string>>;
  /** Any text; a changed one makes CloudFormation ask again, which repairs what was deleted by hand. */
  readonly Revision?: string;
}

/** `/<stack>/<agent>`. */
export function prefixOf(properties: AgentSecretsProperties): string {
  return properties.CaKeyParameter.slice(0, -CA_KEY.length);
}

/** Where the proxy box reserves money for model calls. */
export function spendOf(prefix: string): string {
  return `${prefix}/${MODEL_SPEND}`;
}

/** The CA's common name: as given, or stack and agent, cut to what a certificate can hold. */
export function caSubject(properties: AgentSecretsProperties): string {
  return properties.CaSubject ?? `Airlock ${prefixOf(properties).slice(1)}`.slice(0, COMMON_NAME_LIMIT);
}

/** @throws Refusal naming the property, when one is not what the construct would have passed. */
export function readAgentSecrets(from: unknown): AgentSecretsProperties {
  const properties = record(from);
  const Agent = text(properties, 'Agent', /^[A-Za-z0-9_.-]+$/, 'an agent name');
  const CaKeyParameter = text(properties, 'CaKeyParameter', PARAMETER_NAME, `"/<stack>/<agent>${CA_KEY}"`);
  const prefix = CaKeyParameter.slice(0, -CA_KEY.length);
  if (!CaKeyParameter.endsWith(`/${Agent}${CA_KEY}`) || !PREFIX.test(prefix)) {
    throw unacceptable('CaKeyParameter', `"/<stack>/${Agent}${CA_KEY}"`);
  }
  if (properties.CaCertificateParameter !== `${prefix}${CA_CERTIFICATE}`) {
    throw unacceptable('CaCertificateParameter', `"${prefix}${CA_CERTIFICATE}"`);
  }
  const SpendParameter = spendOf(prefix);
  if (properties.SpendParameter !== undefined && properties.SpendParameter !== SpendParameter) {
    throw unacceptable('SpendParameter', `"${SpendParameter}"`);
  }
  return {
    Agent,
    KeyArn: text(properties, 'KeyArn', KEY_ARN, 'the ARN of a KMS key'),
    Parameters: secretNames(properties.Parameters, prefix),
    CaKeyParameter,
    CaCertificateParameter: `${prefix}${CA_CERTIFICATE}`,
    SpendParameter: properties.SpendParameter,
    Tags: tagsOf(properties.Tags),
    CaSubject:
      properties.CaSubject === undefined
        ? undefined
        : text(properties, 'CaSubject', /^[\x20-\x7e]{1,64}$/, '1 to 64 printable ASCII characters'),
  };
}

function tagsOf(from: unknown): Record<string, string> | undefined {
  if (from === undefined) return undefined;
  const tags = Object.entries(record(from));
  const isSound = tags.every(
    ([key, value]) => /^.{1,128}$/su.test(key) && typeof value === 'string' && value.length <= 256,
  );
  if (!isSound || tags.length > 50) throw unacceptable('Tags', 'at most 50 keys with their values');
  return Object.fromEntries(tags) as Record<string, string>;
}

function secretNames(from: unknown, prefix: string): string[] {
  const names = Array.isArray(from) ? [...new Set<unknown>(from)] : undefined;
  if (!names) throw unacceptable('Parameters', 'a list of parameter names');
  for (const name of names) {
    const below =
      typeof name === 'string' && name.startsWith(`${prefix}/`) ? name.slice(prefix.length + 1) : '';
    const taken = TAKEN.includes(below.split('/')[0] ?? '');
    if (!PARAMETER_NAME.test(`${prefix}/${below}`) || taken) {
      throw unacceptable('Parameters', `names below "${prefix}/", and none of its ${TAKEN.join(', ')}`);
    }
  }
  return names as string[];
}
