import type { STSClient } from '@aws-sdk/client-sts';

/** The ARN of whoever's credentials are used. Never throws: a containment doesn't wait for a name. */
export async function callerName(sts: Pick<STSClient, 'send'>): Promise<string> {
  try {
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    return Arn ?? 'an unknown identity';
  } catch {
    return 'an unknown identity';
  }
}
