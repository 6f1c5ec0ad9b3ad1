/** What an account has of one stack's name: `aws-account.ts` reads it, `leftovers.ts` judges it. */
export interface Found {
  /** Physical ids of what the deployed stack has; absent when no stack of this name is deployed. */
  readonly deployed?: ReadonlySet<string>;
  readonly secrets: readonly FoundSecret[];
  readonly logGroups: readonly FoundLogGroup[];
  readonly volumes: readonly FoundVolume[];
  readonly snapshots: readonly FoundSnapshot[];
  readonly keys: readonly FoundKey[];
  readonly vaults: readonly FoundVault[];
}

export interface FoundSecret {
  readonly name: string;
  readonly keyId?: string;
  /** When its newest version was written. */
  readonly written?: Date;
}

export interface FoundLogGroup {
  readonly name: string;
  readonly keyArn?: string;
  readonly made?: Date;
  readonly bytes?: number;
}

export interface FoundVolume {
  readonly id: string;
  readonly agent?: string;
  readonly keyArn?: string;
  readonly made?: Date;
  readonly sizeGiB?: number;
  readonly zone?: string;
  readonly isAttached: boolean;
}

export interface FoundSnapshot {
  readonly id: string;
  readonly agent?: string;
  readonly volume?: string;
  readonly keyArn?: string;
  readonly made?: Date;
  readonly sizeGiB?: number;
}

export interface FoundKey {
  readonly arn: string;
  readonly description: string;
  /** KMS's word, such as `Enabled` or `PendingDeletion`. */
  readonly state?: string;
  readonly made?: Date;
}

export interface FoundVault {
  readonly name: string;
  readonly keyArn?: string;
  readonly made?: Date;
  /** ARNs; those of EBS volumes are the ARNs of snapshots. */
  readonly recoveryPoints: readonly string[];
}
