import { randomBytes } from 'node:crypto';
import { auditLogGroup, TAG_CELL, TAG_STACK } from '../../../constructs/names';
import { type Check, fail, judge } from '../check';
import { AGENT, SECRET } from '../configuration';
import { eventsOf, machineOf } from '../look';
import { ARRIVED, answered, request } from '../request';

/** About a hundred full packets, within the limit of the server. */
const BYTES = 150_000;

const HOUR = 3_600_000;

/** Requests of the agent, their records, and the budgets. */
export const USED: readonly Check[] = [
  {
    id: 'path-mtu',
    title: 'a large answer and a large request arrive',
    covers: ['path-mtu'],
    minutes: 10,
    needs: ['agent-boot', 'proxy-boot'],
    run: async (trial) => {
      const host = await machineOf(trial, 'agent-host');
      const down = await request(trial, host, '/meta');
      const up = await request(trial, host, '/markdown', BYTES);
      const said = ({ status, bytes, detail }: typeof down) =>
        `status ${status}, ${bytes} bytes ${detail}`.trim();
      return judge(
        down.status === 200 && down.bytes > 20_000 && up.status === 200,
        `answer: ${said(down)}; request of ${BYTES} bytes: ${said(up)}`,
      );
    },
  },
  {
    id: 'secret',
    title:
      'a rule refuses requests while its secret is unset, and sends the secret after `airlock secrets put`',
    covers: ['secrets'],
    minutes: 15,
    needs: ['agent-boot', 'proxy-boot'],
    run: async (trial) => {
      const host = await machineOf(trial, 'agent-host');
      const before = await request(trial, host, '/zen');
      if (before.status === 200 || before.status === ARRIVED) {
        return fail(`status ${before.status} while the secret was unset: the request left`);
      }
      await trial.airlock(['secrets', 'put', AGENT, SECRET], randomBytes(20).toString('hex'));
      const after = await answered(trial, host, 'the secret is used');
      return judge(after === ARRIVED, `unset: status ${before.status}; put: the server answers ${after}`);
    },
  },
  {
    id: 'audit',
    title: 'a refused request is in the audit log within a minute',
    covers: ['audit'],
    minutes: 10,
    needs: ['agent-boot', 'proxy-boot'],
    run: async (trial) => {
      const host = await machineOf(trial, 'agent-host');
      const marker = `refused-${randomBytes(8).toString('hex')}`;
      const began = trial.now();
      const { status } = await request(trial, host, `/${marker}`);
      const arrived = await trial.until('its line is in the audit log', async () => {
        const [event] = await eventsOf(trial, auditLogGroup(trial.stack, AGENT), began, marker);
        return event?.ingestionTime;
      });
      const seconds = Math.round((arrived - began.getTime()) / 1000);
      return judge(seconds <= 60 && status >= 400, `status ${status}; in the log after ${seconds} s`);
    },
  },
  {
    id: 'flow-logs',
    title: 'flow logs are delivered',
    covers: ['flow-logs'],
    minutes: 20,
    needs: ['deploy'],
    run: async (trial) => {
      const since = new Date(trial.now().getTime() - HOUR);
      const seen = await trial.until('a flow record is in its log group', async () => {
        const { FlowLogs = [] } = await trial.aws<{
          FlowLogs?: {
            LogGroupName?: string;
            DeliverLogsStatus?: string;
            DeliverLogsErrorMessage?: string;
          }[];
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
  },
  {
    id: 'budgets',
    title: 'the budgets of stack and agent exist, filtered by their tags',
    covers: ['budgets'],
    minutes: 5,
    needs: ['deploy'],
    run: async (trial) => {
      const { Budgets = [] } = await trial.aws<{ Budgets?: { BudgetName: string }[] }>(
        'budgets',
        'describe-budgets',
        { AccountId: trial.account },
      );
      const own = Budgets.filter(({ BudgetName }) => BudgetName.startsWith(`${trial.stack}-`));
      const text = JSON.stringify(own);
      // AWS returns the filter in one of two forms; both contain the value.
      const filters = [`${TAG_STACK}$${trial.stack}`, `${TAG_CELL}$${trial.stack}/${AGENT}`];
      const missing = filters.filter((filter) => !text.includes(filter));
      return judge(
        own.length === 2 && missing.length === 0,
        `${own.length} budgets${missing.length > 0 ? `, none filtered by ${missing.join(' or ')}` : ', both filtered'}`,
      );
    },
  },
];
