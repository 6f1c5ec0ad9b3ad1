import { SECRET_MARK, UNSET } from '../../constructs/names';
import type { Agent, Airlock } from '../config/model';
import { type Aws, unlessRefused } from './aws';
import { notHere } from './not-here';
import { agentKey, isSameKey, newestVersion, setSecret } from './secret-history';

export interface CarrySecretsInput {
  readonly airlock: Airlock;
  readonly agent: Agent;
  /** Says what would be carried, and decrypts and writes nothing. */
  readonly dryRun: boolean;
  readonly aws: Aws;
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
export function carrySecrets(input: CarrySecretsInput): Promise<CarrySecretsResult> {
  const { aws, airlock, agent } = input;
  return unlessRefused<CarrySecretsResult, CarrySecretsResult>(
    async () => {
      const keyId = await agentKey(aws, airlock.name, agent.name);
      if (!keyId) {
        const message = `${agent.name} has no CA yet, so its key is unknown: ${notHere(aws.region)}`;
        return { reason: 'not-deployed', message };
      }
      const secrets: Carried[] = [];
      for (const { id, parameter } of agent.secrets) {
        const state = await unlessRefused<State, State>(
          () => carry(input, parameter, keyId),
          (message) => ({ state: 'aws', message }),
        );
        secrets.push({ id, parameter, ...state } as Carried);
      }
      const isDone = secrets.every((secret) => !('message' in secret));
      return { reason: isDone ? 'done' : 'incomplete', agent: agent.name, secrets };
    },
    (message) => ({ reason: 'aws', message }),
  );
}

type State = Carried extends infer Each
  ? Each extends Carried
    ? Omit<Each, 'id' | 'parameter'>
    : never
  : never;

async function carry({ aws, dryRun }: CarrySecretsInput, Name: string, KeyId: string): Promise<State> {
  const newest = await newestVersion(aws, Name);
  if (!newest) return { state: 'missing', message: `${Name} doesn't exist: deploy the stack, then set it` };
  const { keyId, version, description } = newest;
  if (keyId === undefined) {
    const message = `${Name} is plain text: count it as leaked and replace it at its issuer`;
    return { state: 'plain', message };
  }
  if (isSameKey(keyId, KeyId)) return { state: 'under-key' };
  if (version === 1 && description.startsWith(SECRET_MARK)) return { state: 'unset' };
  if (dryRun) return { state: 'would-carry', fromKey: keyId };

  const read = await aws.call(
    'ssm:GetParameter',
    { Name: `${Name}:${version}`, WithDecryption: true },
    withKey(`ssm:GetParameter and kms:Decrypt with the old key ${keyId}`),
  );
  const Value = read.Parameter?.Value;
  if (Value === undefined || Value === UNSET) return { state: 'unset' };
  const how = withKey(`ssm:PutParameter and kms:Encrypt with the agent's key ${KeyId}`);
  const set = await setSecret(aws, { Name, Value, KeyId }, how);
  if (set === version + 1) return { state: 'carried', version: set };
  const message =
    `somebody set ${Name} at the same moment, and the older value is now the newest: ` +
    'set it again with "airlock secrets put"';
  return { state: 'overtaken', message };
}

/** The errors of a key that can't decrypt any more; such a key has its own remedy. */
const UNUSABLE_KEY = /^(InvalidKeyId|KMSInvalidStateException|DisabledException|NotFoundException)$/;

function withKey(action: string) {
  const missing = (name: string) =>
    UNUSABLE_KEY.test(name)
      ? {
          message: `${action} failed with ${name}`,
          fix: 'the key is disabled, pending deletion or gone. Cancel its deletion ("aws kms cancel-key-deletion", then "aws kms enable-key"), or set the secret anew with "airlock secrets put"',
        }
      : undefined;
  return { action, missing };
}
