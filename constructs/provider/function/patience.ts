import type { Clients, Surroundings } from './custom-resource';
import { isDenial, nameOf } from './refusal';

/**
 * How long a denial may be IAM's own delay: a policy that CloudFormation has just changed, or a key that it has just
 * made, counts a while later (IAM user guide, "Changes that I make are not always immediately visible").
 */
const PATIENCE_MS = 90_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 8000;

type Client = { send(command: object, ...more: unknown[]): Promise<unknown> };

/**
 * The same clients, but a denied call is retried until IAM's delay must be over. The time starts with the first denial of
 * the event, so that many denied calls take no longer than one.
 *
 * @param deadline Milliseconds since the epoch: the denial is reported before this.
 */
export function patiently(surroundings: Surroundings, deadline: number): Surroundings {
  const { now, pause, log, ...clients } = surroundings;
  let end: number | undefined;
  async function again(call: () => Promise<unknown>): Promise<unknown> {
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      try {
        return await call();
      } catch (error) {
        if (!isDelay(error)) throw error;
        end ??= Math.min(now().getTime() + PATIENCE_MS, deadline);
        if (now().getTime() + wait >= end) throw error;
      }
      await pause(wait);
    }
  }
  const patient = Object.entries(clients).map(([name, make]: [string, () => Client]) => [
    name,
    () => {
      const client = make();
      return { send: (...given: Parameters<Client['send']>) => again(() => client.send(...given)) };
    },
  ]);
  return { now, pause, log, ...(Object.fromEntries(patient) as Clients) };
}

/** Systems Manager calls a key `InvalidKeyId` that KMS doesn't show yet. */
function isDelay(error: unknown): boolean {
  return isDenial(error) || nameOf(error) === 'InvalidKeyId';
}
