import { dollars } from '../../cost/page';
import { PRICES, priceOf } from '../../cost/price-table';
import { keyIdOf } from '../secret-history';
import type { Found, FoundKey } from './aws-account';

const DAY = 86_400_000;

export interface Leftover {
  readonly kind: 'secret' | 'log group' | 'state volume' | 'snapshot' | 'backup vault' | 'archive' | 'key';
  readonly name: string;
  readonly made?: string;
  /** Such as `50 GiB`. */
  readonly size?: string;
  /** The key that opens it, and its state. */
  readonly key?: string;
  readonly keyState?: string;
  /** How it is used again, in a command or a line of the agent's file. */
  readonly use?: string;
  readonly remove: string;
}

/** @param agent names one agent, or everything that is the stack's */
export function leftoversOf(found: Found, agent?: string): Leftover[] {
  const of = new Leftovers(found);
  const all = [
    ...of.secrets(),
    ...of.logGroups(),
    ...of.volumes(),
    ...of.snapshots(),
    ...of.vaults(),
    ...of.archives(),
  ];
  const mine = all.filter((each) => agent === undefined || each.agent === agent);
  const keys = of.keys(all).filter((each) => agent === undefined || each.agent === agent);
  return [...mine, ...keys].map(({ agent: _, ...leftover }) => leftover);
}

type Owned = Leftover & { readonly agent?: string };

class Leftovers {
  private readonly states: ReadonlyMap<string, FoundKey>;

  constructor(private readonly found: Found) {
    this.states = new Map(found.keys.map((key) => [keyIdOf(key.arn), key]));
  }

  /** A secret under a key of the deployed stack is that stack's own. */
  secrets(): Owned[] {
    return this.found.secrets
      .filter(({ key }) => key !== undefined && !this.isDeployed(keyIdOf(key)))
      .map(({ name, key, changed }) => {
        const agent = name.split('/')[2];
        return {
          kind: 'secret',
          name,
          agent,
          ...this.facts(changed, key),
          use: `npx airlock secrets carry ${agent}`,
          remove: `aws ssm delete-parameter --name ${name}`,
        };
      });
  }

  logGroups(): Owned[] {
    return this.found.logGroups
      .filter(({ name }) => !this.isDeployed(name))
      .map(({ name, key, made, bytes }) => ({
        kind: 'log group',
        name,
        agent: name.endsWith('/audit') ? name.split('/')[2] : undefined,
        ...this.facts(made, key),
        size: bytes === undefined ? undefined : `${Math.ceil(bytes / 2 ** 20)} MiB`,
        use: 'npx cdk deploy --import-existing-resources',
        remove: `aws logs delete-log-group --log-group-name ${name}`,
      }));
  }

  volumes(): Owned[] {
    return this.found.volumes
      .filter(({ id, isAttached }) => !isAttached && !this.isDeployed(id))
      .map(({ id, agent, key, made, sizeGiB, zone }) => ({
        kind: 'state volume',
        name: id,
        agent,
        ...this.facts(made, key),
        size: [sizeGiB && `${sizeGiB} GiB`, zone].filter(Boolean).join(' in ') || undefined,
        use: `stateFrom: ${id}`,
        remove: `aws ec2 delete-volume --volume-id ${id}`,
      }));
  }

  /** Leaves out snapshots of attached volumes: those are the nightly backups of running agents. */
  snapshots(): Owned[] {
    const live = new Set(this.found.volumes.filter(({ isAttached }) => isAttached).map(({ id }) => id));
    return this.found.snapshots
      .filter(({ volume }) => !live.has(volume) && !this.isDeployed(volume))
      .map(({ id, agent, key, made, sizeGiB }) => ({
        kind: 'snapshot',
        name: id,
        agent,
        ...this.facts(made, key),
        size: sizeGiB === undefined ? undefined : `${sizeGiB} GiB`,
        use: `stateFrom: ${id}`,
        remove: this.removeSnapshot(id),
      }));
  }

  vaults(): Owned[] {
    return this.found.vaults
      .filter(({ name }) => !this.isDeployed(name))
      .map(({ name, key, made, recoveryPoints }) => ({
        kind: 'backup vault',
        name,
        ...this.facts(made, key),
        size: `${recoveryPoints.length} recovery points`,
        remove: `aws backup delete-backup-vault --backup-vault-name ${name}`,
      }));
  }

  archives(): Owned[] {
    return this.found.archives
      .filter(({ name }) => !this.isDeployed(name))
      .map(({ name, files, bytes, last, lockDays, lockMode }) => {
        const usd = (bytes / 2 ** 30) * (priceOf(PRICES, 'S3 storage')?.usd ?? 0);
        const locked =
          last &&
          `locked until ${new Date(last.getTime() + lockDays * DAY).toISOString().slice(0, 10)} (${lockMode})`;
        return {
          kind: 'archive',
          name,
          size: [`${files} files of ${Math.ceil(bytes / 2 ** 20)} MiB`, `$${dollars(usd)} a month`, locked]
            .filter(Boolean)
            .join(', '),
          use: `npx airlock audit <agent> --verify --archive s3://${name}`,
          remove: `aws s3api delete-bucket --bucket ${name}`,
        };
      });
  }

  /** Keys come last, because everything encrypted with one is lost with it. */
  keys(opened: readonly Owned[]): Owned[] {
    return this.found.keys
      .filter(({ arn }) => !this.isDeployed(keyIdOf(arn)))
      .map(({ arn, description, state, made }) => {
        const opens = opened.filter(({ key }) => key !== undefined && keyIdOf(key) === keyIdOf(arn)).length;
        const agent = /: everything that belongs to (\S+)$/.exec(description)?.[1];
        return {
          kind: 'key',
          name: arn,
          agent,
          made: made?.toISOString(),
          keyState: state,
          size: `opens ${opens} of these, and older lines of imported log groups`,
          use: REVIVE[state ?? '']?.(arn),
          remove: `aws kms schedule-key-deletion --pending-window-in-days 30 --key-id ${arn}`,
        };
      });
  }

  private removeSnapshot(id: string): string {
    for (const { name, recoveryPoints } of this.found.vaults) {
      const arn = recoveryPoints.find((each) => each.endsWith(`/${id}`));
      // EC2 doesn't delete what AWS Backup manages.
      if (arn) {
        return `aws backup delete-recovery-point --backup-vault-name ${name} --recovery-point-arn ${arn}`;
      }
    }
    return `aws ec2 delete-snapshot --snapshot-id ${id}`;
  }

  private facts(made: Date | undefined, keyId: string | undefined) {
    const key = keyId === undefined ? undefined : this.states.get(keyIdOf(keyId));
    return { made: made?.toISOString(), key: key?.arn ?? keyId, keyState: key?.state };
  }

  private isDeployed(id: string): boolean {
    return this.found.deployed?.has(id) ?? false;
  }
}

const REVIVE: Readonly<Record<string, ((arn: string) => string) | undefined>> = {
  PendingDeletion: (arn) =>
    `aws kms cancel-key-deletion --key-id ${arn} && aws kms enable-key --key-id ${arn}`,
  Disabled: (arn) => `aws kms enable-key --key-id ${arn}`,
};
