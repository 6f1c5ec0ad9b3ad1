import { randomBytes } from 'node:crypto';
import type { DrillResult } from '../../../lib/operations/contain';
import { type Check, fail, judge, pass } from '../check';
import { AGENT } from '../configuration';
import { findings } from '../findings';
import { machineOf, resourcesOf, waitForAgent } from '../look';
import { ARRIVED, request } from '../request';
import { judgeState, stateVolumeOf, writeMarker } from '../state';

/** Checks that fail for a throwaway agent: nobody tested its kill switch, and its images stay unpinned on purpose. */
const EXPECTED = ['kill-switch', 'pins'];

/** KILL-1. */
const MOST_SECONDS = 60;

/** The state volume, its backup, and a containment. */
export const KEPT: readonly Check[] = [
  {
    id: 'state',
    title: "the agent's home is the state volume, and holds a marker for the checks after this one",
    covers: [],
    minutes: 5,
    needs: ['agent-boot'],
    run: async (trial) => {
      const marker = `written-${randomBytes(8).toString('hex')}`;
      trial.notes.set('marker', marker);
      await trial.inside(await machineOf(trial, 'agent-host'), writeMarker(marker));
      const seen = await judgeState(trial, AGENT, marker);
      return seen.status === 'pass' ? pass(marker) : seen;
    },
  },
  {
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
        return ['COMPLETED', 'FAILED', 'ABORTED', 'EXPIRED', 'PARTIAL'].includes(seen.State)
          ? seen
          : undefined;
      });
      if (job.State !== 'COMPLETED') return fail(`${job.State}: ${job.StatusMessage ?? 'no reason given'}`);
      const { IsEncrypted } = await trial.aws<{ IsEncrypted: boolean }>('backup', 'describe-recovery-point', {
        BackupVaultName: vault.PhysicalResourceId,
        RecoveryPointArn: job.RecoveryPointArn,
      });
      trial.notes.set('recovery point', job.RecoveryPointArn ?? '');
      return judge(IsEncrypted, `${job.RecoveryPointArn}, ${IsEncrypted ? 'encrypted' : 'not encrypted'}`);
    },
  },
  {
    id: 'preflight',
    title: '`airlock preflight --live` finds no failure but those that a throwaway agent must have',
    covers: ['preflight'],
    minutes: 10,
    needs: ['audit', 'secret', 'backup'],
    run: (trial) => findings(trial, [AGENT], EXPECTED),
  },
  {
    id: 'containment',
    title: 'a drill cuts the agent off within a minute, with EC2’s time for a forced stop, and puts it back',
    covers: ['containment'],
    minutes: 30,
    needs: ['secret'],
    run: async (trial) => {
      const drilled = await trial.airlockJson<Partial<DrillResult>>(['drill', AGENT]);
      if (drilled.reason !== 'drilled' || !('containment' in drilled)) {
        return fail(`no drill: ${JSON.stringify(drilled)}`);
      }
      const { isCut, cutSeconds = Number.POSITIVE_INFINITY, steps = [] } = drilled.containment ?? {};
      const open = steps.filter(({ state }) => state !== 'confirmed').map(({ id }) => id);
      if (drilled.release?.isReleased !== true)
        return fail(`cut off after ${cutSeconds} s, and not released`);
      const host = await waitForAgent(trial);
      const after = await trial.until('the released agent gets an answer', async () => {
        const { status } = await request(trial, host, '/zen');
        return status === ARRIVED ? status : undefined;
      });
      return judge(
        isCut === true && cutSeconds < MOST_SECONDS && open.length === 0,
        `cut off, as EC2 confirms, after ${cutSeconds} s; not confirmed: ${open.join(', ') || 'nothing'}; released, and the server answers ${after}`,
      );
    },
  },
];

interface Job {
  readonly State: string;
  readonly StatusMessage?: string;
  readonly RecoveryPointArn?: string;
}
