import { type Check, fail, judge } from '../check';
import { AGENT } from '../configuration';
import { resourcesOf } from '../look';
import { stateVolumeOf } from '../state';

export const backup: Check = {
  id: 'backup',
  title: 'a backup of the state volume ends in an encrypted recovery point',
  covers: ['backups'],
  minutes: 45,
  needs: ['state'],
  run: async (trial) => {
    const [vault] = await resourcesOf(trial, 'AWS::Backup::BackupVault');
    const role = (await resourcesOf(trial, 'AWS::IAM::Role')).find(({ LogicalResourceId }) =>
      LogicalResourceId.includes('Backup'),
    );
    if (!vault || !role) return fail('the stack has no backup vault, or no role for it');
    const volume = await stateVolumeOf(trial, AGENT);
    const { BackupJobId } = await trial.aws<{ BackupJobId: string }>('backup', 'start-backup-job', {
      BackupVaultName: vault.PhysicalResourceId,
      ResourceArn: `arn:${trial.partition}:ec2:${trial.region}:${trial.account}:volume/${volume}`,
      IamRoleArn: `arn:${trial.partition}:iam::${trial.account}:role/${role.PhysicalResourceId}`,
    });
    const job = await trial.until('the backup job ends', async () => {
      const seen = await trial.aws<Job>('backup', 'describe-backup-job', { BackupJobId });
      return ['COMPLETED', 'FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'].includes(seen.State) ? seen : undefined;
    });
    if (job.State !== 'COMPLETED') return fail(`${job.State}: ${job.StatusMessage ?? 'no reason given'}`);
    const { IsEncrypted } = await trial.aws<{ IsEncrypted: boolean }>('backup', 'describe-recovery-point', {
      BackupVaultName: vault.PhysicalResourceId,
      RecoveryPointArn: job.RecoveryPointArn,
    });
    trial.notes.set('recovery point', job.RecoveryPointArn ?? '');
    return judge(IsEncrypted, `${job.RecoveryPointArn}, ${IsEncrypted ? 'encrypted' : 'not encrypted'}`);
  },
};

interface Job {
  readonly State: string;
  readonly StatusMessage?: string;
  readonly RecoveryPointArn?: string;
}
