import { PARAMETER_LIMIT, UNSET } from '../../constructs/names';
import type { Airlock } from '../config/model';
import { didYouMean } from '../config/nearest';
import { type Aws, unlessRefused } from './aws';
import { notHere } from './not-here';
import { agentKey, newestVersion, setSecret } from './secret-history';

export interface PutSecretInput {
  readonly airlock: Airlock;
  readonly agent: string;
  /** Id of the secret in the agent's file. */
  readonly secret: string;
  /** The value as it came from standard input or the prompt. */
  readonly value: Uint8Array;
  /** Takes one line break off the end of the value. @default a value that ends with one is refused */
  readonly stripNewline?: boolean;
  readonly aws: Aws;
}

export type PutSecretResult =
  | { readonly reason: 'put'; readonly parameter: string; readonly version: number }
  | { readonly reason: 'unknown'; readonly message: string }
  | { readonly reason: 'bad-value'; readonly message: string }
  | { readonly reason: 'not-deployed'; readonly message: string }
  | { readonly reason: 'aws'; readonly message: string };

/**
 * Sets the value of one secret. The parameter must exist, because a deployment made it; the agent's key of today is
 * named, or Parameter Store would fall back to the account's default key (Systems Manager API, PutParameter, KeyId).
 * No message ever holds the value.
 */
export async function putSecret(input: PutSecretInput): Promise<PutSecretResult> {
  const { agents } = input.airlock;
  const agent = agents.find(({ name }) => name === input.agent);
  if (!agent) {
    const names = agents.map(({ name }) => name);
    return { reason: 'unknown', message: unknown('there is no agent', input.agent, names) };
  }
  const secret = agent.secrets.find(({ id }) => id === input.secret);
  if (!secret) {
    const ids = agent.secrets.map(({ id }) => id);
    return { reason: 'unknown', message: unknown(`${agent.name} has no secret`, input.secret, ids) };
  }
  const value = readValue(input.value, input.stripNewline ?? false);
  if (!value.ok) {
    return { reason: 'bad-value', message: value.message };
  }
  return store(input, secret.parameter, value.text);
}

function unknown(what: string, name: string, names: readonly string[]): string {
  return `${what} "${name}": choose from ${names.join(', ') || 'none, because there is none'}${didYouMean(name, names)}`;
}

function readValue(
  bytes: Uint8Array,
  stripNewline: boolean,
): { ok: true; text: string } | { ok: false; message: string } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, message: 'the value is not UTF-8 text' };
  }
  if (stripNewline) text = text.replace(/\r?\n$/, '');
  if (text === '') return { ok: false, message: 'the value is empty' };
  if (!stripNewline && /^[^\r\n]*\r?\n$/.test(text)) {
    return {
      ok: false,
      message:
        'the value ends with a line break, as most files do, and no header can carry one: pass --strip-newline to set it without',
    };
  }
  if (text === UNSET) {
    return { ok: false, message: `${UNSET} is what marks a secret as never set: it can't be its value` };
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a header with one would be refused or split
  if (/[\u0000-\u001f\u007f]/.test(text)) {
    return {
      ok: false,
      message: 'the value has a control character or a line break, which no header can carry',
    };
  }
  if (Buffer.byteLength(text) > PARAMETER_LIMIT) {
    return { ok: false, message: `the value is longer than the ${PARAMETER_LIMIT} bytes a parameter holds` };
  }
  return { ok: true, text };
}

function store(
  { aws, airlock, agent }: PutSecretInput,
  parameter: string,
  value: string,
): Promise<PutSecretResult> {
  return unlessRefused<PutSecretResult, PutSecretResult>(
    async () => {
      const newest = await newestVersion(aws, parameter);
      if (newest && !newest.keyId) {
        const message = `${parameter} is not a SecureString of a deployed agent: ${notHere(aws.region)}`;
        return { reason: 'not-deployed', message };
      }
      const KeyId = newest && (await agentKey(aws, airlock.name, agent));
      if (!KeyId) {
        const message = `${parameter} or the agent's CA doesn't exist: ${notHere(aws.region)}`;
        return { reason: 'not-deployed', message };
      }
      // Parameter Store says so of every refusal of KMS (Systems Manager API reference, PutParameter).
      const missing = {
        name: 'InvalidKeyId',
        message: `KMS encrypts nothing with the agent's key ${KeyId}`,
        fix: `it is disabled, waits for its deletion or is gone, or you may not use it: look with \`npx airlock verify ${agent}\`, enable it (aws kms enable-key, or cancel-key-deletion first), and check the permission kms:Encrypt`,
      };
      const action = "ssm:PutParameter and kms:Encrypt with the agent's key";
      const version = await setSecret(aws, { Name: parameter, Value: value, KeyId }, { action, missing });
      return { reason: 'put', parameter, version };
    },
    (message) => ({ reason: 'aws', message: `${parameter}: ${message}` }),
  );
}
