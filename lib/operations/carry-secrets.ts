import type { SSMClient } from '@aws-sdk/client-ssm';
import { SECRET_MARK, UNSET } from '../../constructs/names';
import type { Agent, Airlock } from '../config/model';
import { awsFailure } from './aws-failure';
import { agentKey, isSameKey, newestVersion, setSecret } from './secret-history';

export interface CarrySecretsInput {
  readonly airlock: Airlock;
  readonly agent: Agent;
  /** Says what would be carried, and decrypts and writes nothing. */
  readonly dryRun: boolean;
  /** For messages about AWS. */
  readonly region: string;
  readonly ssm: Pick<SSMClient, 'send'>;
}

/** Of one secret. `under-key`: it lies under the agent's key already. */
export type Carried = { readonly id: string; readonly parameter: string } & (
  | { readonly state: 'carried'; readonly version: number }
  | { readonly state: 'would-carry'; readonly fromKey: string }
  | { readonly state: 'under-key' | 'unset' }
  | { readonly state: 'missing' | 'plain' | 'overtaken' | 'aws'; readonly message: string }
);

export type CarrySecretsResult =
  | { readonly reason: 'done' | 'incomplete'; readonly agent: string; readonly secrets: readonly Carried[] }
  | { readonly reason: 'not-deployed' | 'aws'; readonly message: string };

/**
 * Moves the values that an earlier agent of this name left under its key to the key that the agent has today. Each
 * secret is one write that Parameter Store does whole or not at all and that keeps the versions before it, so an
 * interruption loses nothing and another run goes on. No message ever holds a value.
 */
export async function carrySecrets(input: CarrySecretsInput): Promise<CarrySecretsResult> {
  const { airlock, agent, region, ssm } = input;
  let keyId: string | undefined;
  try {
    keyId = await agentKey(ssm, airlock.name, agent.name);
  } catch (error) {
    if (nameOf(error) !== 'ParameterNotFound') {
      return { reason: 'aws', message: failed('ssm:GetParameterHistory', region, error) };
    }
  }
  if (!keyId) {
    const message = `${agent.name} has no CA yet, so its key is unknown: deploy the stack, then carry its secrets`;
    return { reason: 'not-deployed', message };
  }
  const secrets: Carried[] = [];
  for (const secret of agent.secrets) {
    const { id, parameter } = secret;
    secrets.push({ id, parameter, ...(await carry(input, parameter, keyId)) } as Carried);
  }
  const isDone = secrets.every((secret) => !('message' in secret));
  return { reason: isDone ? 'done' : 'incomplete', agent: agent.name, secrets };
}

type State = Carried extends infer Each
  ? Each extends Carried
    ? Omit<Each, 'id' | 'parameter'>
    : never
  : never;

async function carry(input: CarrySecretsInput, parameter: string, keyId: string): Promise<State> {
  const { ssm, region } = input;
  let action = 'ssm:GetParameterHistory';
  try {
    const newest = await newestVersion(ssm, parameter);
    if (newest.keyId === undefined) {
      return {
        state: 'plain',
        message: `${parameter} is plain text: count it as leaked and replace it at its issuer`,
      };
    }
    if (isSameKey(newest.keyId, keyId)) return { state: 'under-key' };
    if (newest.version === 1 && newest.description.startsWith(SECRET_MARK)) return { state: 'unset' };
    if (input.dryRun) return { state: 'would-carry', fromKey: newest.keyId };

    action = `ssm:GetParameter and kms:Decrypt with the old key ${newest.keyId}`;
    const { GetParameterCommand } = await import('@aws-sdk/client-ssm');
    const read = await ssm.send(
      new GetParameterCommand({ Name: `${parameter}:${newest.version}`, WithDecryption: true }),
    );
    const value = read.Parameter?.Value;
    if (value === undefined || value === UNSET) return { state: 'unset' };
    action = `ssm:PutParameter and kms:Encrypt with the agent's key ${keyId}`;
    const version = await setSecret(ssm, parameter, value, keyId);
    if (version === newest.version + 1) return { state: 'carried', version };
    const message =
      `somebody set ${parameter} at the same moment, and the older value is now the newest: ` +
      'set it again with "airlock secrets put"';
    return { state: 'overtaken', message };
  } catch (error) {
    if (nameOf(error) === 'ParameterNotFound') {
      return { state: 'missing', message: `${parameter} doesn't exist: deploy the stack, then set it` };
    }
    return { state: 'aws', message: failed(action, region, error) };
  }
}

/** The errors of a key that can't decrypt any more; such a key has its own remedy. */
const UNUSABLE_KEY = /^(InvalidKeyId|KMSInvalidStateException|DisabledException|NotFoundException)$/;

function failed(action: string, region: string, error: unknown): string {
  if (UNUSABLE_KEY.test(nameOf(error))) {
    return (
      `${action} failed with ${nameOf(error)}: the key is disabled, pending deletion or gone. Cancel its deletion ` +
      '("aws kms cancel-key-deletion", then "aws kms enable-key"), or set the secret anew with "airlock secrets put"'
    );
  }
  const { message, fix } = awsFailure(action, region, error);
  return `${message}: ${fix}`;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
