import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { JsonClient } from './json-service';

/** AWS; each client is made on first use. */
export interface Clients {
  readonly ssm: () => Pick<SSMClient, 'send'>;
  readonly ec2: () => Pick<EC2Client, 'send'>;
  readonly logs: () => Pick<CloudWatchLogsClient, 'send'>;
  readonly resolver: () => JsonClient;
  readonly budgets: () => JsonClient;
}

export interface Clock {
  readonly now: () => Date;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** What a custom resource may use. */
export interface Surroundings extends Clients, Clock {
  /** One line of the function's log. */
  readonly log: (entry: Readonly<Record<string, unknown>>) => void;
}

/** One request of CloudFormation, once its properties are read. */
export interface Request<Properties> {
  readonly properties: Properties;
  /** The properties until now; absent on creation, and where they were never valid. */
  readonly before?: Properties;
  /** Absent on creation. */
  readonly physicalId?: string;
  /** Logical id of the resource. */
  readonly owner: string;
  /** Aborted shortly before Lambda's time is over. */
  readonly signal: AbortSignal;
}

/** Becomes part of CloudFormation's events, which many people may read: it holds no value of a parameter. */
export interface Outcome {
  readonly reason: string;
  /** What Fn::GetAtt returns. */
  readonly data?: Readonly<Record<string, string>>;
  /** @default what the resource's `physicalId` says, or what it was before */
  readonly physicalId?: string;
}

/** What the provider knows about one resource type; one file each, listed in `resources/index.ts`. */
export interface CustomResource<Properties> {
  /** Such as `Custom::AirlockAgentSecrets`. */
  readonly type: string;
  /** After this it has failed. @default 160 */
  readonly timeLimitSeconds?: number;
  /** @throws Refusal naming the property, when one is not what the construct would have passed */
  readonly read: (from: unknown) => Properties;
  /** Stable for as long as the resource means the same thing: a changed one makes CloudFormation delete the old. */
  readonly physicalId: (properties: Properties) => string;
  /** Creates or updates; safe to be run again, because Lambda and CloudFormation repeat events. */
  readonly ensure: (request: Request<Properties>, surroundings: Surroundings) => Promise<Outcome>;
  readonly remove: (request: Request<Properties>, surroundings: Surroundings) => Promise<Outcome>;
}
