import { setTimeout } from 'node:timers/promises';
import type { STSClient } from '@aws-sdk/client-sts';
import { type JsonClient, JsonService } from '../../constructs/provider/function/json-service';
import type { Clients } from '../operations/aws';
import { S3 } from '../s3';

/** The AWS services that commands call; tests replace them. */
export interface Services extends Clients {
  readonly sts: (region: string) => Promise<Pick<STSClient, 'send'>>;
  /** The same, signed in with a profile of the AWS configuration; it comes before credentials in the environment. */
  readonly withProfile: (profile: string) => Services;
  /** @param endpoint as AWS_ENDPOINT_URL says it */
  readonly s3: (region: string, endpoint?: string) => Promise<S3>;
}

/** Timeouts in milliseconds, for a connection and for an answer: the SDK has none of its own. */
const requestHandler = { connectionTimeout: 5_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

/** The real ones, with the SDK's own search for credentials. Each client is imported when it is used: loading is slow. */
export const AWS = servicesOf(undefined);

function servicesOf(profile: string | undefined): Services {
  type Class<T> = new (settings: object) => T;
  const client =
    <T>(load: () => Promise<Class<T>>) =>
    async (region: string) =>
      new (await load())({ region, profile, requestHandler });
  return {
    profile,
    withProfile: servicesOf,
    backup: client(async () => (await import('@aws-sdk/client-backup')).BackupClient),
    cloudformation: client(async () => (await import('@aws-sdk/client-cloudformation')).CloudFormationClient),
    cloudwatch: client(async () => (await import('@aws-sdk/client-cloudwatch')).CloudWatchClient),
    ec2: client(async () => (await import('@aws-sdk/client-ec2')).EC2Client),
    iam: client(async () => (await import('@aws-sdk/client-iam')).IAMClient),
    kms: client(async () => (await import('@aws-sdk/client-kms')).KMSClient),
    logs: client(async () => (await import('@aws-sdk/client-cloudwatch-logs')).CloudWatchLogsClient),
    servicequotas: client(async () => (await import('@aws-sdk/client-service-quotas')).ServiceQuotasClient),
    sns: client(async () => (await import('@aws-sdk/client-sns')).SNSClient),
    ssm: client(async () => (await import('@aws-sdk/client-ssm')).SSMClient),
    sts: client(async () => (await import('@aws-sdk/client-sts')).STSClient),
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
