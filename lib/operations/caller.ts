import type { STSClient } from '@aws-sdk/client-sts';

/** Whose credentials are used; what AWS doesn't say is undefined. Never throws: a containment doesn't wait for a name. */
export async function caller(
  sts: Pick<STSClient, 'send'>,
): Promise<{ readonly arn?: string; readonly account?: string }> {
  try {
    const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
    const { Arn, Account } = await sts.send(new GetCallerIdentityCommand({}));
    return { arn: Arn, account: Account };
  } catch {
    return {};
  }
}
