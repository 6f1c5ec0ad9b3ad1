import type { VerifyInput } from '../operations/verify';
import type { Context } from './context';

/** What `verify` reads with. */
export async function verifyClients(
  { services, terminal }: Context,
  region: string,
): Promise<VerifyInput['clients']> {
  const [backup, cloudFormation, ec2, iam, kms, logs, resolver, sns, ssm] = await Promise.all([
    services.backup(region),
    services.cloudFormation(region),
    services.ec2(region),
    services.iam(region),
    services.kms(region),
    services.logs(region),
    services.resolver(region, terminal.env.AWS_ENDPOINT_URL),
    services.sns(region),
    services.ssm(region),
  ]);
  return { backup, cloudFormation, ec2, iam, kms, logs, resolver, sns, ssm };
}
