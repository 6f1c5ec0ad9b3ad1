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
import { respond } from './respond';

// A stack of twenty agents calls a few hundred times at once, against quotas of a few a second.
const client = { maxAttempts: 12 };

const surroundings: Surroundings = {
  ssm: () => new SSMClient(client),
  ec2: () => new EC2Client(client),
  logs: () => new CloudWatchLogsClient(client),
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
