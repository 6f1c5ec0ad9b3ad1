/**
 * Entry of the Lambda behind the kit's custom resources; scripts/build.mjs bundles it, and the AWS SDK comes with the
 * runtime. CloudFormation calls it; it holds no kms:Decrypt, so it can write secrets' parameters but read none.
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
