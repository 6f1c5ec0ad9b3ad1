import { setTimeout } from 'node:timers/promises';
import type { BackupClient } from '@aws-sdk/client-backup';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import { type JsonClient, JsonService } from '../../constructs/provider/function/json-service';

import { S3 } from '../s3';

/** The AWS services that commands call; tests replace them. */
export interface Services {
  readonly backup: (region?: string) => Promise<Pick<BackupClient, 'send'>>;
  readonly cloudformation: (region?: string) => Promise<Pick<CloudFormationClient, 'send'>>;
  readonly cloudwatch: (region?: string) => Promise<Pick<CloudWatchClient, 'send'>>;
  readonly ec2: (region?: string) => Promise<Pick<EC2Client, 'send'>>;
  readonly kms: (region?: string) => Promise<Pick<KMSClient, 'send'>>;
  readonly sns: (region?: string) => Promise<Pick<SNSClient, 'send'>>;
  readonly ssm: (region?: string) => Promise<Pick<SSMClient, 'send'>>;
  readonly sts: (region?: string) => Promise<Pick<STSClient, 'send'>>;
  readonly iam: (region?: string) => Promise<Pick<IAMClient, 'send'>>;
  readonly servicequotas: (region?: string) => Promise<Pick<ServiceQuotasClient, 'send'>>;
  readonly logs: (region?: string) => Promise<Pick<CloudWatchLogsClient, 'send'>>;
  /** The same, signed in with a profile of the AWS configuration; it comes before credentials in the environment. */
  readonly withProfile: (profile: string) => Services;
  /** @param endpoint as AWS_ENDPOINT_URL says it */
  readonly s3: (region: string, endpoint?: string) => Promise<S3>;
  /** @param endpoint as AWS_ENDPOINT_URL says it */
  readonly route53resolver: (region: string, endpoint?: string) => Promise<JsonClient>;
  /** @param endpoint as AWS_ENDPOINT_URL says it */
  readonly budgets: (region: string, endpoint?: string) => Promise<JsonClient>;
}

/** Timeouts in milliseconds, for a connection and for an answer: the SDK has none of its own. */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/** The real ones, with the SDK's own search for credentials. Each client is imported when it is used: loading is slow. */
export const AWS = servicesOf(undefined);

function servicesOf(profile: string | undefined): Services {
  const settings = (region: string | undefined) => ({ region, profile, requestHandler });
  return {
    withProfile: servicesOf,
    backup: async (region) => new (await import('@aws-sdk/client-backup')).BackupClient(settings(region)),
    cloudformation: async (region) =>
      new (await import('@aws-sdk/client-cloudformation')).CloudFormationClient(settings(region)),
    cloudwatch: async (region) =>
      new (await import('@aws-sdk/client-cloudwatch')).CloudWatchClient(settings(region)),
    kms: async (region) => new (await import('@aws-sdk/client-kms')).KMSClient(settings(region)),
    ec2: async (region) => new (await import('@aws-sdk/client-ec2')).EC2Client(settings(region)),
    ssm: async (region) => new (await import('@aws-sdk/client-ssm')).SSMClient(settings(region)),
    sns: async (region) => new (await import('@aws-sdk/client-sns')).SNSClient(settings(region)),
    sts: async (region) => new (await import('@aws-sdk/client-sts')).STSClient(settings(region)),
    iam: async (region) => new (await import('@aws-sdk/client-iam')).IAMClient(settings(region)),
    servicequotas: async (region) =>
      new (await import('@aws-sdk/client-service-quotas')).ServiceQuotasClient(settings(region)),
    logs: async (region) =>
      new (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient(settings(region)),
    s3: async (region, endpoint) => new S3({ region, endpoint, config: await configOf(region, profile) }),
    route53resolver: (region, endpoint) => jsonService('route53resolver', region, profile, endpoint),
    // AWS Budgets has one endpoint, signed for us-east-1 (AWS Budgets endpoints and quotas).
    budgets: (_, endpoint) => jsonService('budgets', 'us-east-1', profile, endpoint),
  };
}

async function configOf(region: string, profile: string | undefined) {
  const { SSMClient } = await import('@aws-sdk/client-ssm');
  return new SSMClient({ region, profile }).config;
}

async function jsonService(
  service: 'route53resolver' | 'budgets',
  region: string,
  profile: string | undefined,
  endpoint: string | undefined,
): Promise<JsonClient> {
  const config = await configOf(region, profile);
  return new JsonService({ service, region, config, endpoint, pause: setTimeout });
}
