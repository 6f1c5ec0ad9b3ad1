import { TAG_STACK } from '../../../constructs/names';
import { type Check, judge } from '../check';
import { eventsOf } from '../look';

const HOUR = 3_600_000;

export const flowLogs: Check = {
  id: 'flow-logs',
  title: 'flow logs are delivered',
  covers: ['flow-logs'],
  minutes: 20,
  needs: ['deploy'],
  run: async (trial) => {
    const since = new Date(trial.now().getTime() - HOUR);
    const seen = await trial.until('a flow record is in its log group', async () => {
      const { FlowLogs = [] } = await trial.aws<{
        FlowLogs?: { LogGroupName?: string; DeliverLogsStatus?: string; DeliverLogsErrorMessage?: string }[];
      }>('ec2', 'describe-flow-logs', { Filter: [{ Name: `tag:${TAG_STACK}`, Values: [trial.stack] }] });
      const [log] = FlowLogs;
      const events = await eventsOf(trial, `/${trial.stack}/flows`, since);
      // The status is only set after the first delivery.
      return log?.DeliverLogsStatus && (events.length > 0 || log.DeliverLogsStatus !== 'SUCCESS')
        ? { log, events: events.length }
        : undefined;
    });
    const { DeliverLogsStatus: status, DeliverLogsErrorMessage: error } = seen.log;
    return judge(
      status === 'SUCCESS' && seen.events > 0,
      `${status}${error ? ` (${error})` : ''}, ${seen.events} records in ${seen.log.LogGroupName}`,
    );
  },
};
