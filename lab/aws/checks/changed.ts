import { type Check, fail, judge } from '../check';
import { AGENT, type AgentSettings, FIRST_AGENT, ROOT_GIB, type Settings } from '../configuration';
import { bothMachines, machineOf, running, waitForAgent } from '../look';
import { judgeState } from '../state';

const SECOND = 'second';

const agentWith = (change: Partial<AgentSettings>) => (settings: Settings) => ({
  ...settings,
  agents: { ...settings.agents, [AGENT]: { ...(settings.agents[AGENT] as AgentSettings), ...change } },
});

/** Changes of the deployed stack. */
export const CHANGED: readonly Check[] = [
  {
    id: 'second-deployment',
    title: 'a second deployment, its images still unpinned, replaces no machine',
    covers: ['second-deployment', 'deployment'],
    minutes: 20,
    needs: ['deploy'],
    run: async (trial) => {
      const before = await bothMachines(trial);
      // Without `--force`, CDK skips an unchanged template, and CloudFormation resolves no parameter again.
      await trial.deploy('--force');
      const after = await bothMachines(trial);
      return judge(before === after, before === after ? after : `before: ${before}; after: ${after}`);
    },
  },
  {
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
  },
  {
    id: 'second-agent',
    title: 'a second agent comes and goes, and the first keeps its machines',
    covers: ['second-agent', 'deployment'],
    minutes: 60,
    needs: ['agent-boot'],
    run: async (trial) => {
      const before = await bothMachines(trial);
      trial.configure(({ agents, ...rest }: Settings) => ({
        ...rest,
        agents: { ...agents, [SECOND]: FIRST_AGENT },
      }));
      await trial.deploy();
      const host = await waitForAgent(trial, SECOND);
      trial.configure(({ agents: { [SECOND]: _, ...agents }, ...rest }) => ({ ...rest, agents }));
      await trial.deploy();
      const left = await running(trial, SECOND);
      const after = await bothMachines(trial);
      if (before !== after) return fail(`the first agent's machines changed: ${before}; after: ${after}`);
      return judge(
        left.length === 0,
        `${host.id} ran and ${left.length === 0 ? 'is gone' : 'is still there'}; ${after}`,
      );
    },
  },
  // One for each setting that replaces a machine.
  replacement('replace-os', 'host.os', agentWith({ os: 'debian-12' })),
  replacement('replace-root-disk', 'host.rootGiB', agentWith({ rootGiB: ROOT_GIB + 2 })),
  replacement('replace-network', 'network.cidr', (settings) => ({ ...settings, cidr: '10.87.0.0/20' })),
];

function replacement(id: string, setting: string, change: (settings: Settings) => Settings): Check {
  return {
    id,
    title: `a changed \`${setting}\` gives the agent another host, with its state`,
    covers: ['replacement'],
    minutes: 40,
    needs: ['state'],
    run: async (trial) => {
      const before = await machineOf(trial, 'agent-host');
      trial.configure(change);
      await trial.deploy();
      const after = await machineOf(trial, 'agent-host');
      const evidence = `${before.id} became ${after.id}`;
      return before.id === after.id
        ? fail(`${after.id} was not replaced`)
        : judgeState(trial, AGENT, evidence);
    },
  };
}
