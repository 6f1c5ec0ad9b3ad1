import type { CloudFormationClient, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { EC2Client, Instance } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SSMClient } from '@aws-sdk/client-ssm';
import {
  DENIAL_ID,
  drillParameter,
  grantParameter,
  isAlertTopic,
  TAG_AGENT,
  TAG_PART,
  TAG_STACK,
} from '../../../constructs/names';
import type { Cell, CellMachine, ControlPlane } from '../../containment/cell';
import { tagFilters, tagOf } from '../ec2-tags';
import { asking, everyPage } from '../preflight/asking';
import { stackResources } from '../stack-resources';

export interface ControlClients {
  readonly cloudFormation: Pick<CloudFormationClient, 'send'>;
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly iam: Pick<IAMClient, 'send'>;
  readonly sns: Pick<SNSClient, 'send'>;
  readonly ssm: Pick<SSMClient, 'send'>;
}

/** Containment through the AWS SDK. A call that AWS refuses throws AwsError, whose message never holds text of AWS. */
export function awsControl(clients: ControlClients, region: string, stack: string): ControlPlane {
  const { cloudFormation, ec2, iam, sns, ssm } = clients;
  const ask = asking(region);
  const groups = async (tags: Readonly<Record<string, string>>): Promise<string[]> => {
    const { DescribeSecurityGroupsCommand } = await import('@aws-sdk/client-ec2');
    const Filters = tagFilters({ [TAG_STACK]: stack, ...tags });
    return everyPage(
      (NextToken) =>
        ask('ec2:DescribeSecurityGroups', () =>
          ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })),
        ),
      ({ SecurityGroups = [] }) => SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []),
    );
  };
  /** Id of a resource that the stack made. */
  const made = async (what: string, is: (resource: StackResourceSummary) => boolean): Promise<string> => {
    const id = (await stackResources(cloudFormation, ask, stack))?.find(is)?.PhysicalResourceId;
    if (id !== undefined) return id;
    throw new Error(`the stack ${stack} has no ${what}: deploy it once with this version of the kit`);
  };
  const denial = () =>
    made('policy that denies sessions', ({ LogicalResourceId }) => LogicalResourceId === DENIAL_ID);
  const describe = async (): Promise<readonly Cell[]> => {
    const { DescribeInstancesCommand } = await import('@aws-sdk/client-ec2');
    const Filters = tagFilters({ [TAG_STACK]: stack });
    const instances = await everyPage(
      (NextToken) =>
        ask('ec2:DescribeInstances', () => ec2.send(new DescribeInstancesCommand({ Filters, NextToken }))),
      ({ Reservations = [] }) => Reservations.flatMap(({ Instances = [] }) => Instances),
    );
    return cellsOf(instances);
  };
  let asked: Promise<readonly Cell[]> | undefined;
  return {
    // Steps that wait side by side share one answer: EC2 takes few calls a second.
    cells: () => {
      asked ??= describe().finally(() => {
        asked = undefined;
      });
      return asked;
    },
    quarantineGroup: async () => (await groups({ [TAG_PART]: 'quarantine' }))[0],
    groupsOf: (agent, part) => groups({ [TAG_AGENT]: agent, [TAG_PART]: part }),
    stop: async (id, force) => {
      const { StopInstancesCommand } = await import('@aws-sdk/client-ec2');
      await ask('ec2:StopInstances', () =>
        ec2.send(new StopInstancesCommand({ InstanceIds: [id], Force: force })),
      );
    },
    start: async (id) => {
      const { StartInstancesCommand } = await import('@aws-sdk/client-ec2');
      await ask('ec2:StartInstances', () => ec2.send(new StartInstancesCommand({ InstanceIds: [id] })));
    },
    setGroups: async (NetworkInterfaceId, Groups) => {
      const { ModifyNetworkInterfaceAttributeCommand } = await import('@aws-sdk/client-ec2');
      const command = new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Groups: [...Groups] });
      await ask('ec2:ModifyNetworkInterfaceAttribute', () => ec2.send(command));
    },
    snapshot: async (InstanceId, Description, tags) => {
      const { CreateSnapshotsCommand } = await import('@aws-sdk/client-ec2');
      const command = new CreateSnapshotsCommand({
        InstanceSpecification: { InstanceId },
        Description,
        CopyTagsFromSource: 'volume',
        TagSpecifications: [
          {
            ResourceType: 'snapshot',
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
          },
        ],
      });
      const { Snapshots = [] } = await ask('ec2:CreateSnapshots', () => ec2.send(command));
      return Snapshots.flatMap(({ SnapshotId }) => SnapshotId ?? []);
    },
    snapshotStates: async (SnapshotIds) => {
      if (SnapshotIds.length === 0) return [];
      const { DescribeSnapshotsCommand } = await import('@aws-sdk/client-ec2');
      const { Snapshots = [] } = await ask('ec2:DescribeSnapshots', () =>
        ec2.send(new DescribeSnapshotsCommand({ SnapshotIds: [...SnapshotIds] })),
      );
      return Snapshots.map(({ State }) => State ?? 'unknown');
    },
    roleOf: async (InstanceProfileName) => {
      const { GetInstanceProfileCommand } = await import('@aws-sdk/client-iam');
      const { InstanceProfile } = await ask('iam:GetInstanceProfile', () =>
        iam.send(new GetInstanceProfileCommand({ InstanceProfileName })),
      );
      const role = InstanceProfile?.Roles?.[0]?.RoleName;
      if (role === undefined) throw new Error(`the instance profile ${InstanceProfileName} has no role`);
      return role;
    },
    denySessions: async (RoleName) => {
      const { AttachRolePolicyCommand } = await import('@aws-sdk/client-iam');
      const command = new AttachRolePolicyCommand({ RoleName, PolicyArn: await denial() });
      await ask('iam:AttachRolePolicy', () => iam.send(command));
    },
    allowSessions: async (RoleName) => {
      const { DetachRolePolicyCommand } = await import('@aws-sdk/client-iam');
      const command = new DetachRolePolicyCommand({ RoleName, PolicyArn: await denial() });
      await ask('iam:DetachRolePolicy', () => unlessMissing(iam.send(command)));
    },
    isDenied: async (RoleName) => {
      const { ListAttachedRolePoliciesCommand } = await import('@aws-sdk/client-iam');
      const arn = await denial();
      const attached = await everyPage(
        async (Marker) => {
          const command = new ListAttachedRolePoliciesCommand({ RoleName, Marker });
          const page = await ask('iam:ListAttachedRolePolicies', () => iam.send(command));
          return { ...page, NextToken: page.Marker };
        },
        ({ AttachedPolicies = [] }) => AttachedPolicies.map(({ PolicyArn }) => PolicyArn),
      );
      return attached.includes(arn);
    },
    grantsOf: async (agent) => {
      const { GetParametersByPathCommand } = await import('@aws-sdk/client-ssm');
      const Path = grantParameter(stack, agent, '').replace(/\/$/, '');
      const found = await everyPage(
        (NextToken) =>
          ask('ssm:GetParametersByPath', () => ssm.send(new GetParametersByPathCommand({ Path, NextToken }))),
        ({ Parameters = [] }) => Parameters,
      );
      return found.flatMap(({ Name }) => Name ?? []);
    },
    endGrant: async (Name) => {
      const { DeleteParameterCommand } = await import('@aws-sdk/client-ssm');
      await ask('ssm:DeleteParameter', () => unlessMissing(ssm.send(new DeleteParameterCommand({ Name }))));
    },
    tell: async (subject, message) => {
      const { PublishCommand } = await import('@aws-sdk/client-sns');
      const topic = await made(
        'alert topic',
        ({ ResourceType, LogicalResourceId }) =>
          ResourceType === 'AWS::SNS::Topic' && isAlertTopic(LogicalResourceId),
      );
      // Amazon SNS takes subjects of at most 100 characters.
      const command = new PublishCommand({
        TopicArn: topic,
        Subject: subject.slice(0, 100),
        Message: message,
      });
      await ask('sns:Publish', () => sns.send(command));
    },
    recordDrill: async (agent, day) => {
      const { PutParameterCommand } = await import('@aws-sdk/client-ssm');
      const command = new PutParameterCommand({
        Name: drillParameter(stack, agent),
        Value: day,
        Type: 'String',
        Overwrite: true,
      });
      await ask('ssm:PutParameter', () => ssm.send(command));
    },
  };
}

async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && /^(NoSuchEntity(Exception)?|ParameterNotFound)$/.test(error.name))
      return undefined;
    throw error;
  }
}

/** A machine that isn't tagged as a proxy box counts as an agent host. */
function cellsOf(instances: readonly Instance[]): Cell[] {
  const cells = new Map<string, CellMachine[]>();
  for (const instance of instances) {
    const agent = tagOf(instance.Tags, TAG_AGENT);
    if (agent === undefined || instance.InstanceId === undefined) continue;
    const machine: CellMachine = {
      id: instance.InstanceId,
      part: tagOf(instance.Tags, TAG_PART) === 'proxy-box' ? 'proxy-box' : 'agent-host',
      state: instance.State?.Name ?? 'unknown',
      interfaces: (instance.NetworkInterfaces ?? []).map(({ NetworkInterfaceId = '', Groups = [] }) => ({
        id: NetworkInterfaceId,
        groups: Groups.flatMap(({ GroupId }) => GroupId ?? []),
      })),
      volumes: (instance.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []),
      profile: instance.IamInstanceProfile?.Arn?.split('/').pop(),
    };
    cells.set(agent, [...(cells.get(agent) ?? []), machine]);
  }
  return [...cells].map(([agent, machines]) => ({ agent, machines }));
}
