import { createHash } from 'node:crypto';
import { Duration, Fn, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledge, asInFinding } from '../acknowledge';
import { SNAPSHOTS_KEPT } from '../sizes';

export interface StateBackupProps {
  readonly key: kms.IKey;
}

/**
 * A snapshot of every state volume, every night, kept for fourteen days.
 *
 * **Resources**: encrypted backup vault, plan, selection and role, shared by the stack.
 *
 * **Security considerations**: VOL-2. A snapshot keeps the key of its volume, so the operator must keep that key, and
 * should practise a restore (docs/RESTORE.md).
 */
export class StateBackup extends Construct {
  readonly vaultArn: string;
  private readonly volumeIds: string[] = [];

  /** @internal */
  constructor(scope: Construct, id: string, props: StateBackupProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const vault = new backup.BackupVault(this, 'Vault', {
      // A vault is retained, and its key can't change: a new stack of the same name gets a vault of its own.
      backupVaultName: `airlock-${Fn.select(2, Fn.split('/', stack.stackId))}`,
      encryptionKey: props.key,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.vaultArn = vault.backupVaultArn;
    const plan = new backup.BackupPlan(this, 'Plan', {
      // CDK would take the construct's id: two stacks of one account would have the same name.
      backupPlanName: `${stack.stackName}-state-volumes`,
      backupVault: vault,
      backupPlanRules: [
        new backup.BackupPlanRule({
          ruleName: 'daily',
          scheduleExpression: events.Schedule.cron({ hour: '3', minute: '30' }),
          startWindow: Duration.hours(1),
          completionWindow: Duration.hours(6),
          deleteAfter: Duration.days(SNAPSHOTS_KEPT),
        }),
      ],
    });
    const awsPolicy = iam.ManagedPolicy.fromAwsManagedPolicyName(
      'service-role/AWSBackupServiceRolePolicyForBackup',
    );
    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('backup.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
      description: 'Lets AWS Backup snapshot the state volumes',
      managedPolicies: [awsPolicy],
    });
    acknowledge(
      role,
      ['AwsSolutions'],
      `IAM4[Policy::${asInFinding(this, awsPolicy.managedPolicyArn)}]`,
      'AWS maintains this policy as AWS Backup changes what it calls; a copy would silently stop backups one day. ' +
        'Only AWS Backup in this account may assume the role.',
    );
    new backup.CfnBackupSelection(this, 'Selection', {
      backupPlanId: plan.backupPlanId,
      backupSelection: {
        selectionName: Lazy.string({
          produce: () => `state-volumes-${digest(stack.resolve(this.volumeIds))}`,
        }),
        iamRoleArn: role.roleArn,
        // Each by its name, so that a template shows which volumes are saved (VOL-2).
        resources: Lazy.list({ produce: () => this.volumeIds.map((volume) => volumeArn(stack, volume)) }),
      },
    });
  }

  add(volumeId: string): void {
    this.volumeIds.push(volumeId);
  }
}

function volumeArn(stack: Stack, volumeId: string): string {
  return stack.formatArn({ service: 'ec2', resource: 'volume', resourceName: volumeId });
}

/**
 * Another volume replaces the selection (CloudFormation, `AWS::Backup::BackupSelection`), and CloudFormation creates
 * before it deletes: the new selection needs another name than the old one.
 */
function digest(volumes: unknown): string {
  return createHash('sha256').update(JSON.stringify(volumes)).digest('hex').slice(0, 6);
}
