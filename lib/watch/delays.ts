import { LIMITS, SIGNALS, type SignalId } from '../config/values/signals';
import { CATALOGUE } from './catalogue';
import { LOOK_MINUTES } from './cloud-look';

/** Seconds of the kit's own clocks, each at its longest. */
export const OWN = {
  /** The gate looks at records that are on disk. */
  gate: 0.5,
  /** Warden's rest between two passes. */
  warden: 24,
  /** The CloudWatch agent sends what it has. */
  agent: 5,
  /** A flow record covers this time. */
  flows: 60,
  look: LOOK_MINUTES * 60,
  hour: 3600,
} as const;

/** What AWS's documents say of its own part. */
const AWS = {
  logs: 'a subscription delivers in seconds (CloudWatch Logs user guide)',
  flows: 'flow logs arrive in about 5 minutes (VPC user guide)',
  queries: 'no figure (Route 53 developer guide)',
  events: 'EventBridge, best effort, usually seconds',
  trail: 'CloudTrail delivers in about 5 minutes on average (CloudTrail user guide)',
  backup: 'AWS Backup sends events every 5 minutes (AWS Backup developer guide)',
  status: 'EC2 checks every minute (EC2 user guide)',
  none: '',
} as const;

const OF_FUNCTION: Partial<Record<SignalId, readonly [own: number, aws: keyof typeof AWS]>> = {
  'backup-failed': [0, 'backup'],
  'chain-broken': [OWN.agent, 'logs'],
  'cpu-pegged': [OWN.hour + OWN.look, 'none'],
  'flow-logs-undelivered': [OWN.hour, 'none'],
  'machine-down': [OWN.look, 'status'],
  'parameter-changed': [0, 'events'],
  'records-late': [600, 'logs'],
  'rejected-flows': [OWN.flows, 'flows'],
  'resolver-query': [0, 'queries'],
  'secret-read': [0, 'trail'],
};

/** From what happened to the message that leaves for the topic: the kit's own seconds at most, and AWS's part. */
export function delayOf(signal: SignalId): { readonly own: number; readonly aws: string } {
  const { from } = CATALOGUE[signal];
  const [own, aws] = OF_FUNCTION[signal] ?? [(from === 'gate' ? OWN.gate : OWN.warden) + OWN.agent, 'logs'];
  return { own, aws: AWS[aws] };
}

/** The rows of docs/WATCH.md. */
export function rows(): string[][] {
  return SIGNALS.map((id) => {
    const { title, mode, from } = CATALOGUE[id];
    const { own, aws } = delayOf(id);
    const limit = (LIMITS as Partial<Record<SignalId, number>>)[id];
    return [
      `[${id}](RUNBOOKS.md#${id})`,
      title,
      from,
      mode,
      limit === undefined ? '' : String(limit),
      `${own} s`,
      aws,
    ];
  });
}
