import { shaped } from '../finding';

/** The meaning of `host.stateFrom`: a volume to attach, or a snapshot to make a volume from. */
export type StateSource =
  | { readonly kind: 'volume'; readonly id: string }
  | {
      readonly kind: 'snapshot';
      readonly id: string;
      /** From a recovery point's ARN, which always names its region and sometimes its account. */
      readonly region?: string;
      readonly account?: string;
    };

const VOLUME = /^vol-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
const SNAPSHOT = /^snap-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
/** AWS Backup uses the snapshot's ARN as the ARN of an EBS recovery point. */
const RECOVERY_POINT =
  /^arn:aws[a-z-]*:ec2:([a-z0-9-]+):(\d{12})?:snapshot\/(snap-(?:[0-9a-f]{8}|[0-9a-f]{17}))$/;

export function parseStateSource(text: string): StateSource | undefined {
  if (VOLUME.test(text)) return { kind: 'volume', id: text };
  if (SNAPSHOT.test(text)) return { kind: 'snapshot', id: text };
  const [, region, account, id] = RECOVERY_POINT.exec(text) ?? [];
  return id ? { kind: 'snapshot', id, region, ...(account ? { account } : {}) } : undefined;
}

export const checkStateSource = shaped(/^(?:vol-|snap-|arn:aws[a-z-]*:ec2:)/, (text) => {
  if (parseStateSource(text)) return undefined;
  const isOther = /^arn:aws[a-z-]*:backup:/.test(text);
  return {
    message: isOther
      ? 'is not the recovery point of an EBS volume, whose ARN ends in snapshot/snap-…'
      : 'is neither a volume nor a snapshot nor the recovery point of one',
    fix: 'write "vol-…", "snap-…" or "arn:aws:ec2:<region>::snapshot/snap-…"; "airlock retained" lists them',
  };
});
