import { shaped } from '../finding';

/** What `host.stateFrom` means: a volume that is attached as it is, or a snapshot that a new volume is made of. */
export type StateSource =
  | { readonly kind: 'volume'; readonly id: string }
  | {
      readonly kind: 'snapshot';
      readonly id: string;
      /** Of a recovery point's ARN, which names its Region and not always its account. */
      readonly region?: string;
      readonly account?: string;
    };

const VOLUME = /^vol-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
const SNAPSHOT = /^snap-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
/** AWS Backup names an EBS recovery point by its snapshot's ARN. */
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
