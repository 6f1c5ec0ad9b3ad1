/**
 * Entry of the Lambda function that contains agents; scripts/build.mjs bundles it, and the AWS SDK comes with the runtime.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { EC2Client } from '@aws-sdk/client-ec2';
import { IAMClient } from '@aws-sdk/client-iam';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsOf } from '../../aws';
import { containAutomatically } from '../automatic';
import { awsControl } from '../aws-control';

const { AWS_REGION = '', STACK = '', TOPIC = '', SWITCHES = '{}' } = process.env;

// Many calls at once, against quotas of a few a second.
const settings = { maxAttempts: 8 };

const clients = {
  cloudformation: () => new CloudFormationClient(settings),
  ec2: () => new EC2Client(settings),
  iam: () => new IAMClient(settings),
  sns: () => new SNSClient(settings),
  ssm: () => new SSMClient(settings),
};
const aws = awsControl(awsOf(clients, AWS_REGION), STACK);

export function handler(event: unknown): Promise<void> {
  return containAutomatically(event, {
    aws,
    clock: { now: () => new Date(), pause: (milliseconds) => pause(milliseconds) },
    stack: STACK,
    topic: TOPIC,
    switches: JSON.parse(SWITCHES),
    log: (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
  });
}
