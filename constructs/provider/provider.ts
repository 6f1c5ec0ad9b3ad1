import { CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge, asInFinding, COMPLIANCE } from '../acknowledge';
import { EncryptedLogGroup } from '../audit/encrypted-log-group';
import { functionLogGroup } from '../names';
import { builtAsset } from '../package-assets';
import { skipCheckov } from '../skip-checkov';
import { toStatement } from '../to-statement';
import type { PermissionScope, PermissionStatement } from './function/permissions';
import { parameterPermissions } from './resources/agent-secrets/permissions';

export interface ProviderProps {
  /** Encrypts the functions' log. */
  readonly key: kms.IKey;
  /** @default 365 */
  readonly retentionDays?: number;
}

export interface MadeResourceProps {
  /** One of `resources/index.ts`. */
  readonly type: `Custom::${string}`;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What the function needs for it beyond what it has; statements that differ in their resources alone merge. */
  readonly permissions: (scope: PermissionScope) => readonly PermissionStatement[];
  /**
   * The deployment fails when no answer has come after this time, which must be longer than the resource's own limit.
   * CloudFormation's default is an hour.
   * @default five minutes
   */
  readonly serviceTimeout?: Duration;
}

/**
 * Creates what CloudFormation has no resource type for. `resources/` has one folder for each type.
 *
 * **Resources**: one Lambda function for the whole stack with its role, policy and log group.
 *
 * **Security considerations**: SEC-1, SEC-3. The function can create parameters below the stack's own prefix and
 * encrypt with the agents' keys; it has no `kms:Decrypt`, so it can't read back any value that an operator set. It
 * stops, starts and attaches volumes to the agent hosts of this stack, and to no other machine. The operator must let
 * CloudFormation alone invoke the function.
 */
export class Provider extends Construct {
  readonly serviceToken: string;
  /** Of the functions that nobody reads every day: Lambda begins the name of a stream with that of its function. */
  readonly log: logs.ILogGroup;
  private readonly policy: iam.ManagedPolicy;
  private readonly scope: PermissionScope;
  private readonly acknowledged = new Set<string>();

  constructor(scope: Construct, id: string, props: ProviderProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const logGroup = new EncryptedLogGroup(this, 'Log', {
      logGroupName: functionLogGroup(stack.stackName),
      key: props.key,
      retentionDays: props.retentionDays,
    }).logGroup;
    logGroup.applyRemovalPolicy(RemovalPolicy.DESTROY);
    this.log = logGroup;

    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      description:
        'Makes what CloudFormation can not: parameters, an emptied default security group and such',
    });
    this.scope = { partition: stack.partition, region: stack.region, account: stack.account };
    this.policy = new iam.ManagedPolicy(this, 'Policy', {
      roles: [role],
      statements: [
        new iam.PolicyStatement({
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        }),
        ...parameterPermissions({ ...this.scope, stack: stack.stackName }).map(toStatement),
      ],
    });

    const handler = new lambda.Function(this, 'Function', {
      description: 'Agent Airlock: the custom resources of the stack',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(builtAsset('provider')),
      role,
      timeout: FUNCTION_TIMEOUT,
      memorySize: 256,
      logGroup,
    });
    handler.node.addDependency(this.policy);
    this.serviceToken = handler.functionArn;
    this.acknowledge(
      handler,
      `arn:${stack.partition}:ssm:${stack.region}:${stack.account}:parameter/${stack.stackName}/*`,
    );
  }

  /** A custom resource that waits for the permissions it needs. */
  make(scope: Construct, id: string, props: MadeResourceProps): CustomResource {
    this.allow(props.permissions(this.scope));
    const resource = new CustomResource(scope, id, {
      resourceType: props.type,
      serviceToken: this.serviceToken,
      serviceTimeout: props.serviceTimeout ?? SERVICE_TIMEOUT,
      properties: props.properties,
    });
    resource.node.addDependency(this.policy);
    return resource;
  }

  private allow(permissions: readonly PermissionStatement[]): void {
    this.policy.addStatements(...permissions.map(toStatement));
    for (const { resources = [], wildcardReason } of permissions) {
      for (const resource of wildcardReason ? resources : []) {
        const rule = `IAM5[Resource::${asInFinding(this, resource)}]`;
        if (this.acknowledged.has(rule)) continue;
        this.acknowledged.add(rule);
        acknowledge(this.policy, ['AwsSolutions'], rule, wildcardReason as string);
      }
    }
  }

  private acknowledge(handler: lambda.Function, parametersArn: string): void {
    const reasons: readonly (readonly [rule: string, checkov: string, reason: string])[] = [
      [
        'LambdaInsideVPC',
        'CKV_AWS_117',
        'It calls only AWS APIs during a deployment. Inside the VPC it would need an endpoint or a way out, which ' +
          'the VPC deliberately has for proxy boxes alone (NET-4).',
      ],
      [
        'LambdaDLQ',
        'CKV_AWS_116',
        'CloudFormation is its only caller and waits for its answer; a lost event fails the deployment, which ' +
          'somebody notices, unlike a queue that nobody reads.',
      ],
      [
        'LambdaConcurrency',
        'CKV_AWS_115',
        'CloudFormation calls it once per agent and deployment. A reserved concurrency fails to deploy in accounts ' +
          'with the default limit and protects nothing here.',
      ],
    ];
    for (const [rule, checkov, reason] of reasons) {
      acknowledge(this, COMPLIANCE, rule, reason);
      skipCheckov(handler.node.defaultChild as lambda.CfnFunction, checkov, reason);
    }
    acknowledge(
      this.policy,
      ['AwsSolutions'],
      `IAM5[Resource::${asInFinding(this, parametersArn)}]`,
      "It must create whatever parameters a configuration names, all of which lie below the stack's own prefix; " +
        'naming each would outgrow the policy at twenty agents. It can not decrypt any of them.',
    );
  }
}

/** Lambda's longest; each resource has a shorter limit of its own. */
const FUNCTION_TIMEOUT = Duration.minutes(15);

const SERVICE_TIMEOUT = Duration.minutes(5);
