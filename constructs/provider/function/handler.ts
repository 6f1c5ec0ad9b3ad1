/**
 * Entry of the Lambda function behind the kit's custom resources; scripts/build.mjs bundles it, and the AWS SDK comes with
 * the runtime. Each time CloudFormation calls it:
 *
 * 1. The event's type names the resource (resources/); an unknown type fails.
 * 2. The resource reads its properties, and refuses each that hasn't the expected form. No value is in the message.
 * 3. It creates, updates or deletes, with retries while IAM's or Parameter Store's changes are on their way, and a deadline
 *    that leaves 20 s for the answer.
 * 4. It logs the outcome, without values.
 * 5. It answers CloudFormation, success or failure, always: without an answer CloudFormation would wait.
 *
 * Its role holds no kms:Decrypt: it can write parameters of secrets, but read none.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { Surroundings } from './custom-resource';
import type { LifecycleEvent } from './event';
import { JsonService, type JsonServiceProps } from './json-service';
import { respond } from './respond';

// A stack of twenty agents calls a few hundred times at once, against quotas of a few a second.
const client = { maxAttempts: 12 };

function json(service: JsonServiceProps['service'], region: string): JsonService {
  return new JsonService({ service, region, config: new SSMClient(client).config, pause });
}

const surroundings: Surroundings = {
  ssm: () => new SSMClient(client),
  ec2: () => new EC2Client(client),
  logs: () => new CloudWatchLogsClient(client),
  resolver: () => json('route53resolver', process.env.AWS_REGION as string),
  budgets: () => json('budgets', 'us-east-1'),
  now: () => new Date(),
  pause: (milliseconds) => pause(milliseconds),
  log: (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
};

export function handler(
  event: LifecycleEvent,
  context: { getRemainingTimeInMillis(): number },
): Promise<void> {
  return respond(event, context.getRemainingTimeInMillis(), surroundings);
}
