/**
 * The events of AWS that the watch function gets, as one pattern of Amazon EventBridge:
 *
 * - Changes of parameters, which Systems Manager sends itself.
 * - Reads of parameters with their values. They need a trail that records management events, reads included.
 * - Backups that failed, and machines that stopped.
 */
export function eventPattern(stack: string, vaultArn: string): object {
  const below = { prefix: `/${stack}/` };
  const byArn = { wildcard: `*:parameter/${stack}/*` };
  const reads = (name: object) => ({
    eventSource: ['ssm.amazonaws.com'],
    eventName: ['GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory'],
    requestParameters: { withDecryption: [true], ...name },
  });
  return {
    source: ['aws.backup', 'aws.ec2', 'aws.ssm'],
    'detail-type': [
      'AWS API Call via CloudTrail',
      'Backup Job State Change',
      'EC2 Instance State-change Notification',
      'Parameter Store Change',
    ],
    detail: {
      $or: [
        { name: [below, byArn] },
        reads({ name: [below, byArn] }),
        reads({ names: [below, byArn] }),
        reads({ path: ['/', `/${stack}`, below] }),
        { state: ['ABORTED', 'EXPIRED', 'FAILED', 'PARTIAL'], backupVaultArn: [vaultArn] },
        { state: ['stopped', 'shutting-down', 'terminated'], 'instance-id': [{ prefix: 'i-' }] },
      ],
    },
  };
}
