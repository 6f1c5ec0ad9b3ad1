/**
 * Entry of the Lambda function that tells people of signals and sends the weekly review; scripts/build.mjs bundles it, and
 * the AWS SDK comes with the runtime.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { reviewMail } from '../../../review/mail';
import { CATALOGUE } from '../../../watch/catalogue';
import { decodeMode, strictestMode } from '../../../watch/modes';
import { awsOf } from '../../aws';
import { weeklyReview } from '../../review/weekly';
import { isReviewDue, seenBy } from '../automatic';
import { cloudFacts, machinesOf } from '../cloud';
import { Teller } from '../tell';

const { AWS_REGION = '', STACK = '', ALERTS = '', CONTAINMENT = '' } = process.env;
const { MODES = '{}', LIMITS = '{}', REVIEW = '', NAT_ADDRESS } = process.env;
const modes: Record<string, string> = JSON.parse(MODES);
const agents = Object.keys(modes);

const settings = { maxAttempts: 8 };
const ec2 = new EC2Client(settings);
const cloudWatch = new CloudWatchClient(settings);
const sns = new SNSClient(settings);
const aws = awsOf(
  { ec2: () => ec2, logs: () => new CloudWatchLogsClient(settings), ssm: () => new SSMClient(settings) },
  AWS_REGION,
);

const publish = (TopicArn: string, Message: string, Subject?: string) =>
  sns.send(new PublishCommand({ TopicArn, Message, Subject }));

const where = { stack: STACK, region: AWS_REGION };

const teller = new Teller({
  where,
  modeOf: (agent, signal) =>
    agent === undefined
      ? strictestMode(Object.values(modes), signal)
      : decodeMode(modes[agent] ?? '', signal),
  tell: async (subject, message) => void (await publish(ALERTS, message, subject)),
  contain: async (agent, signal) =>
    void (await publish(CONTAINMENT, JSON.stringify({ signal, agent, title: CATALOGUE[signal].title }))),
  log: (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
});

export async function handler(event: unknown): Promise<void> {
  const seen = await seenBy(event, {
    stack: STACK,
    agents,
    natAddress: NAT_ADDRESS,
    limits: JSON.parse(LIMITS),
    machines: () => machinesOf(ec2, STACK),
    facts: (now) => cloudFacts({ ec2, cloudWatch }, STACK, now),
    now: () => Date.now(),
  });
  await teller.all(seen);
  if (REVIEW !== 'weekly' || !isReviewDue(event)) return;
  const parts = await weeklyReview({ aws, stack: STACK, agents, now: new Date(), pause });
  const { subject, message } = reviewMail(where, parts);
  await publish(ALERTS, message, subject);
}
