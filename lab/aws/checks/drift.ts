import { type Check, judge } from '../check';

export const drift: Check = {
  id: 'drift',
  title: 'CloudFormation sees no drift',
  covers: ['drift'],
  minutes: 20,
  needs: ['deploy'],
  run: async (trial) => {
    const of = { StackName: trial.stack };
    const { StackDriftDetectionId } = await trial.aws<{ StackDriftDetectionId: string }>(
      'cloudformation',
      'detect-stack-drift',
      of,
    );
    const status = await trial.until('drift detection ends', async () => {
      const seen = await trial.aws<{ DetectionStatus: string; StackDriftStatus?: string }>(
        'cloudformation',
        'describe-stack-drift-detection-status',
        { StackDriftDetectionId },
      );
      return seen.DetectionStatus === 'DETECTION_IN_PROGRESS' ? undefined : seen;
    });
    const { StackResourceDrifts: drifted = [] } = await trial.aws<{
      StackResourceDrifts?: { LogicalResourceId: string; StackResourceDriftStatus: string }[];
    }>('cloudformation', 'describe-stack-resource-drifts', {
      ...of,
      StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
    });
    const names = drifted.map((each) => `${each.LogicalResourceId} ${each.StackResourceDriftStatus}`);
    return judge(
      status.DetectionStatus === 'DETECTION_COMPLETE' && status.StackDriftStatus === 'IN_SYNC',
      [`${status.DetectionStatus}, ${status.StackDriftStatus ?? 'no status'}`, ...names].join(', '),
    );
  },
};
