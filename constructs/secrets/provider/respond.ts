import type { EC2Client } from '@aws-sdk/client-ec2';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { deleteAgentSecrets, ensureAgentSecrets } from './agent-secrets';
import { answerText, sendAnswer } from './answer';
import { restrictDefaultSecurityGroup } from './default-security-group';
import { ParameterStore } from './parameter-store';
import {
  AGENT_SECRETS_TYPE,
  type AgentSecretsProperties,
  DEFAULT_SECURITY_GROUP_TYPE,
  prefixOf,
  readAgentSecrets,
  readDefaultSecurityGroup,
} from './properties';
import { explain, framesOf, Refusal } from './refusal';

/** What CloudFormation sends, as far as the protocol promises it; properties are read with more suspicion. */
export interface LifecycleEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties?: unknown;
  readonly OldResourceProperties?: unknown;
}

export interface Surroundings {
  readonly ssm: () => Pick<SSMClient, 'send'>;
  readonly ec2: () => Pick<EC2Client, 'send'>;
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** One line of the function's log. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

interface Outcome {
  readonly physicalId: string;
  readonly reason: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** Kept for the answer, out of the time Lambda gives, in milliseconds. */
const ANSWER_TIME_MS = 20_000;

/** Does what the event asks and always answers: CloudFormation would wait an hour for an answer that isn't sent. */
export async function respond(
  event: LifecycleEvent,
  remainingMs: number,
  surroundings: Surroundings,
): Promise<void> {
  const signal = AbortSignal.timeout(Math.max(0, remainingMs - ANSWER_TIME_MS));
  let status: 'SUCCESS' | 'FAILED' = 'SUCCESS';
  let outcome: Outcome;
  try {
    outcome = await beforeDeadline(handle(event, signal, surroundings), signal);
  } catch (error) {
    status = 'FAILED';
    outcome = { physicalId: event.PhysicalResourceId ?? physicalIdOf(event), reason: explain(error) };
    if (!(error instanceof Refusal)) surroundings.log({ unexpected: outcome.reason, at: framesOf(error) });
  }
  const { RequestType, LogicalResourceId, StackId, RequestId } = event;
  surroundings.log({ RequestType, LogicalResourceId, status, reason: outcome.reason });
  const text = answerText({
    Status: status,
    Reason: outcome.reason,
    PhysicalResourceId: outcome.physicalId,
    StackId,
    RequestId,
    LogicalResourceId,
    Data: outcome.data,
  });
  await sendAnswer(event.ResponseURL, text, surroundings.pause);
}

async function handle(
  event: LifecycleEvent,
  signal: AbortSignal,
  surroundings: Surroundings,
): Promise<Outcome> {
  switch (event.ResourceType) {
    case AGENT_SECRETS_TYPE:
      return agentSecrets(event, new ParameterStore(surroundings.ssm(), signal), surroundings.now());
    case DEFAULT_SECURITY_GROUP_TYPE:
      return defaultSecurityGroup(event, signal, surroundings);
    default:
      throw new Refusal('the provider knows no such resource type: deploy with an unchanged kit');
  }
}

async function agentSecrets(event: LifecycleEvent, store: ParameterStore, now: Date): Promise<Outcome> {
  const owner = event.LogicalResourceId;
  const physicalId = physicalIdOf(event);
  if (event.RequestType === 'Delete') {
    const properties = readOrNothing(event.ResourceProperties);
    // Properties that were never accepted made nothing.
    if (!properties)
      return { physicalId: event.PhysicalResourceId ?? physicalId, reason: 'nothing to delete' };
    const { kept } = await deleteAgentSecrets(store, properties, owner);
    return { physicalId: event.PhysicalResourceId ?? physicalId, reason: keptText(kept) };
  }
  const wanted = readAgentSecrets(event.ResourceProperties);
  const before = event.RequestType === 'Update' ? readOrNothing(event.OldResourceProperties) : undefined;
  const { caCertificate, kept, unreadable } = await ensureAgentSecrets(store, wanted, before, owner, now);
  const reason = [keptText(kept), ...unreadable].join('; ');
  return { physicalId, reason, data: { CaCertificate: caCertificate } };
}

async function defaultSecurityGroup(
  event: LifecycleEvent,
  signal: AbortSignal,
  surroundings: Surroundings,
): Promise<Outcome> {
  const physicalId = physicalIdOf(event);
  if (event.RequestType === 'Delete') {
    return { physicalId: event.PhysicalResourceId ?? physicalId, reason: 'the group goes with its VPC' };
  }
  const properties = readDefaultSecurityGroup(event.ResourceProperties);
  await restrictDefaultSecurityGroup(surroundings.ec2(), properties, signal);
  return { physicalId, reason: 'the default rules are gone' };
}

/** Stable for as long as the resource means the same thing, so that no update becomes a replacement. */
function physicalIdOf(event: LifecycleEvent): string {
  try {
    return event.ResourceType === AGENT_SECRETS_TYPE
      ? prefixOf(readAgentSecrets(event.ResourceProperties)).slice(1)
      : readDefaultSecurityGroup(event.ResourceProperties).DefaultSecurityGroupId;
  } catch {
    return event.LogicalResourceId;
  }
}

function readOrNothing(properties: unknown): AgentSecretsProperties | undefined {
  try {
    return readAgentSecrets(properties);
  } catch {
    return undefined;
  }
}

function keptText(kept: readonly string[]): string {
  return kept.length === 0
    ? 'done'
    : `done; kept, because only an operator may delete them: ${kept.join(', ')}`;
}

function beforeDeadline<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const expire = () => reject(new Refusal('time ran out: deploy again, what was done is kept'));
    if (signal.aborted) expire();
    else signal.addEventListener('abort', expire, { once: true });
  });
  return Promise.race([work, late]);
}
