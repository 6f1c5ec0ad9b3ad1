import { auditLogGroup, GATE_STREAM, WARDEN_STREAM } from '../../constructs/names';

/** As the CloudWatch agent's configuration says it, and as that agent calls it. */
export const RECORDS_LOG = '/var/log/airlock-gate/records.log';

/**
 * The CloudWatch agent's configuration: each file into a stream of this agent's log group, and no metrics. The
 * stack has made the group, with its key and its retention; the box may not make one.
 */
export function cloudWatchAgentConfig(stack: string, agent: string): object {
  const stream = (file: string, name: string) => ({
    file_path: file,
    log_group_name: auditLogGroup(stack, agent),
    log_stream_name: name,
    timezone: 'UTC',
  });
  return {
    agent: { run_as_user: 'cwagent', debug: false },
    logs: {
      // LOG-1 says within a minute.
      force_flush_interval: 5,
      logs_collected: {
        files: {
          collect_list: [
            stream(RECORDS_LOG, GATE_STREAM),
            stream('/var/log/airlock/testimony.log', 'iron-proxy'),
            stream('/var/log/airlock/front.log', 'front'),
            stream('/var/log/airlock/dns.log', 'dns'),
            stream('/var/log/airlock/journal.log', 'journal'),
            stream('/var/log/airlock/warden.log', WARDEN_STREAM),
            stream('/var/log/airlock/bootstrap.log', 'boot'),
          ],
        },
      },
    },
  };
}
