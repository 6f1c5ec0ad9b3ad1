import { auditLogGroup, WARDEN_STREAM } from '../../constructs/names';
import type { Clock } from '../containment/cell';
import { fieldOf, jsonIn } from '../json';
import { isAwsError } from './aws';
import { type PutSecretInput, type PutSecretResult, putSecret } from './put-secret';

export interface RotateSecretInput extends PutSecretInput {
  readonly clock: Clock;
}

export type RotateSecretResult =
  | Exclude<PutSecretResult, { readonly reason: 'put' }>
  | {
      readonly reason: 'rotated';
      readonly parameter: string;
      readonly version: number;
      /** From Parameter Store's answer until the proxy box's report. */
      readonly seconds: number;
    }
  /** The value is set, and the proxy box hasn't reported that it uses it. */
  | {
      readonly reason: 'unconfirmed';
      readonly parameter: string;
      readonly version: number;
      readonly message: string;
    };

/** Warden looks every 24 seconds at most, and its report takes some seconds; one software download takes longer. */
const CONFIRM_SECONDS = 120;
const LOOK_EVERY_SECONDS = 3;

/**
 * Sets a secret, and waits until warden reports that iron-proxy has dropped every earlier value. Warden makes iron-proxy
 * empty its cache when a secret has a new version, whatever its `ttl`.
 */
export async function rotateSecret(input: RotateSecretInput): Promise<RotateSecretResult> {
  const put = await putSecret(input);
  if (put.reason !== 'put') return put;
  const { clock, secret } = input;
  const { parameter, version } = put;
  const started = clock.now().getTime();
  const elapsed = () => (clock.now().getTime() - started) / 1000;
  while (elapsed() < CONFIRM_SECONDS) {
    try {
      if ((await versionInForce(input)) >= version) {
        return { reason: 'rotated', parameter, version, seconds: Math.round(elapsed()) };
      }
    } catch (error) {
      if (!isAwsError(error)) throw error;
      const message = `nobody can say whether the proxy box uses it: ${error.message}: ${error.fix}`;
      return { reason: 'unconfirmed', parameter, version, message };
    }
    await clock.pause(LOOK_EVERY_SECONDS * 1000);
  }
  const message = `the proxy box of ${input.agent} has not reported within ${CONFIRM_SECONDS} s that it uses it: requests may carry the old value of ${secret} until it does, so look at airlock status ${input.agent}`;
  return { reason: 'unconfirmed', parameter, version, message };
}

/** Of warden's last health line; 0 without one. */
async function versionInForce({ airlock, agent, secret, aws }: RotateSecretInput): Promise<number> {
  const group = auditLogGroup(airlock.name, agent);
  const missing = {
    name: 'ResourceNotFoundException',
    message: `${group} has no stream ${WARDEN_STREAM}`,
    fix: 'deploy the stack, and start the proxy box',
  };
  const input = { logGroupName: group, logStreamName: WARDEN_STREAM, startFromHead: false, limit: LINES };
  const { events = [] } = await aws.call('logs:GetLogEvents', input, { missing });
  return events.reduce((last, { message = '' }) => versionIn(message, secret) ?? last, 0);
}

/** Warden writes other lines, too, a few a pass. */
const LINES = 100;

function versionIn(line: string, secret: string): number | undefined {
  const value = jsonIn(line);
  const secrets = fieldOf(value, 'secrets');
  if (secrets === undefined) return undefined;
  const version = fieldOf(secrets, secret);
  return typeof version === 'number' ? version : 0;
}
