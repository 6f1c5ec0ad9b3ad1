import { resources } from '../resources';
import { answerText, sendAnswer } from './answer';
import type { CustomResource, Outcome, Surroundings } from './custom-resource';
import type { LifecycleEvent } from './event';
import { patiently } from './patience';
import { explain, framesOf, Refusal } from './refusal';

/** Kept for the answer, out of the time Lambda gives. */
export const ANSWER_SECONDS = 20;
/**
 * What a resource may take unless it says otherwise: enough for IAM's delay and Parameter Store's, one after the other
 * (`patience.ts`, `agent-ca.ts`).
 */
const TIME_LIMIT_SECONDS = 160;

export function timeLimitSeconds(resource: CustomResource<unknown> | undefined): number {
  return resource?.timeLimitSeconds ?? TIME_LIMIT_SECONDS;
}

/** Does what the event asks and always answers: CloudFormation would wait for an answer that isn't sent. */
export async function respond(
  event: LifecycleEvent,
  remainingMs: number,
  surroundings: Surroundings,
): Promise<void> {
  const resource = resources.find(({ type }) => type === event.ResourceType);
  const timeMs = Math.max(
    0,
    Math.min(timeLimitSeconds(resource) * 1000, remainingMs - ANSWER_SECONDS * 1000),
  );
  const signal = AbortSignal.timeout(timeMs);
  const patient = patiently(surroundings, surroundings.now().getTime() + timeMs);
  let status: 'SUCCESS' | 'FAILED' = 'SUCCESS';
  let outcome: Outcome;
  try {
    outcome = await beforeDeadline(handle(resource, event, signal, patient), signal);
  } catch (error) {
    status = 'FAILED';
    outcome = { reason: explain(error) };
    if (!(error instanceof Refusal)) surroundings.log({ unexpected: outcome.reason, at: framesOf(error) });
  }
  const { RequestType, LogicalResourceId, StackId, RequestId } = event;
  surroundings.log({ RequestType, LogicalResourceId, status, reason: outcome.reason });
  const text = answerText({
    Status: status,
    Reason: outcome.reason,
    PhysicalResourceId: outcome.physicalId ?? physicalIdOf(resource, event),
    StackId,
    RequestId,
    LogicalResourceId,
    Data: outcome.data,
  });
  await sendAnswer(event.ResponseURL, text, surroundings.pause);
}

async function handle(
  resource: CustomResource<unknown> | undefined,
  event: LifecycleEvent,
  signal: AbortSignal,
  surroundings: Surroundings,
): Promise<Outcome> {
  if (!resource) throw new Refusal('the provider knows no such resource type: deploy with an unchanged kit');
  const { PhysicalResourceId: physicalId, LogicalResourceId: owner } = event;
  if (event.RequestType === 'Delete') {
    const properties = readOrNothing(resource, event.ResourceProperties);
    // Properties that were never accepted made nothing.
    if (!properties) return { reason: 'nothing to delete' };
    // What is deleted keeps its id, whatever its properties would make of it today.
    return {
      physicalId,
      ...(await resource.remove({ properties, physicalId, owner, signal }, surroundings)),
    };
  }
  const properties = resource.read(event.ResourceProperties);
  const before =
    event.RequestType === 'Update' ? readOrNothing(resource, event.OldResourceProperties) : undefined;
  const outcome = await resource.ensure({ properties, before, physicalId, owner, signal }, surroundings);
  return { physicalId: resource.physicalId(properties), ...outcome };
}

function physicalIdOf(resource: CustomResource<unknown> | undefined, event: LifecycleEvent): string {
  if (event.PhysicalResourceId) return event.PhysicalResourceId;
  const properties = resource && readOrNothing(resource, event.ResourceProperties);
  return properties ? (resource as CustomResource<unknown>).physicalId(properties) : event.LogicalResourceId;
}

function readOrNothing(resource: CustomResource<unknown>, properties: unknown): unknown {
  try {
    return resource.read(properties);
  } catch {
    return undefined;
  }
}

function beforeDeadline<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const expire = () => reject(new Refusal('time ran out: deploy again, what was done is kept'));
    if (signal.aborted) expire();
    else signal.addEventListener('abort', expire, { once: true });
  });
  return Promise.race([work, late]);
}
