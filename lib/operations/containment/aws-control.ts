import type { StackResourceSummary } from '@aws-sdk/client-cloudformation';
import type { Instance } from '@aws-sdk/client-ec2';
import {
  containmentParameter,
  DENIAL_ID,
  drillParameter,
  grantParameter,
  isAlertTopic,
  TAG_AGENT,
  TAG_PART,
  TAG_STACK,
} from '../../../constructs/names';
import type { Cell, CellMachine, ControlPlane } from '../../containment/cell';
import type { Aws } from '../aws';
import { instancesOf, tagFilters, tagOf } from '../ec2-tags';
import { stackResources } from '../stack-resources';

/** Containment through the AWS SDK. A call that AWS refuses throws AwsError, whose message never holds text of AWS. */
export function awsControl(aws: Aws, stack: string): ControlPlane {
  const groups = (tags: Readonly<Record<string, string>>): Promise<string[]> =>
    aws.list(
      'ec2:DescribeSecurityGroups',
      { Filters: tagFilters({ [TAG_STACK]: stack, ...tags }) },
      ({ SecurityGroups }) => SecurityGroups?.flatMap(({ GroupId }) => GroupId ?? []),
    );
  /** Id of a resource that the stack made. */
  const made = async (what: string, is: (resource: StackResourceSummary) => boolean): Promise<string> => {
    const id = (await stackResources(aws, stack))?.find(is)?.PhysicalResourceId;
    if (id !== undefined) return id;
    throw new Error(`the stack ${stack} has no ${what}: deploy it once with this version of the kit`);
  };
  const denial = () =>
    made('policy that denies sessions', ({ LogicalResourceId }) => LogicalResourceId === DENIAL_ID);
  let asked: Promise<readonly Cell[]> | undefined;
  return {
    region: aws.region,
    // Steps that wait side by side share one answer: EC2 takes few calls a second.
    cells: () => {
      asked ??= instancesOf(aws, tagFilters({ [TAG_STACK]: stack }))
        .then(cellsOf)
        .finally(() => {
          asked = undefined;
        });
      return asked;
    },
    quarantineGroup: async () => (await groups({ [TAG_PART]: 'quarantine' }))[0],
    groupsOf: (agent, part) => groups({ [TAG_AGENT]: agent, [TAG_PART]: part }),
    stop: async (id, force) => {
      await aws.call('ec2:StopInstances', { InstanceIds: [id], Force: force });
    },
    start: async (id) => {
      await aws.call('ec2:StartInstances', { InstanceIds: [id] });
    },
    setGroups: async (NetworkInterfaceId, Groups) => {
      const input = { NetworkInterfaceId, Groups: [...Groups] };
      await aws.call('ec2:ModifyNetworkInterfaceAttribute', input);
    },
    snapshot: async (InstanceId, Description, tags) => {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      const { Snapshots = [] } = await aws.call('ec2:CreateSnapshots', {
        InstanceSpecification: { InstanceId },
        Description,
        CopyTagsFromSource: 'volume',
        TagSpecifications: [{ ResourceType: 'snapshot', Tags }],
      });
      return Snapshots.flatMap(({ SnapshotId }) => SnapshotId ?? []);
    },
    snapshotStates: async (SnapshotIds) => {
      if (SnapshotIds.length === 0) return [];
      const { Snapshots = [] } = await aws.call('ec2:DescribeSnapshots', { SnapshotIds: [...SnapshotIds] });
      return Snapshots.map(({ State }) => State ?? 'unknown');
    },
    roleOf: async (InstanceProfileName) => {
      const { InstanceProfile } = await aws.call('iam:GetInstanceProfile', { InstanceProfileName });
      const role = InstanceProfile?.Roles?.[0]?.RoleName;
      if (role === undefined) throw new Error(`the instance profile ${InstanceProfileName} has no role`);
      return role;
    },
    denySessions: async (RoleName) => {
      await aws.call('iam:AttachRolePolicy', { RoleName, PolicyArn: await denial() });
    },
    allowSessions: async (RoleName) => {
      const input = { RoleName, PolicyArn: await denial() };
      await aws.find('iam:DetachRolePolicy', input, ({ name }) => /^NoSuchEntity(Exception)?$/.test(name));
    },
    isDenied: async (RoleName) => {
      const arn = await denial();
      const attached = await aws.list('iam:ListAttachedRolePolicies', { RoleName }, (page) =>
        page.AttachedPolicies?.map(({ PolicyArn }) => PolicyArn),
      );
      return attached.includes(arn);
    },
    grantsOf: async (agent) => {
      const Path = grantParameter(stack, agent, '').replace(/\/$/, '');
      return aws.list('ssm:GetParametersByPath', { Path }, ({ Parameters }) =>
        Parameters?.flatMap(({ Name }) => Name ?? []),
      );
    },
    endGrant: async (Name) => {
      await aws.find('ssm:DeleteParameter', { Name }, ({ name }) => name === 'ParameterNotFound');
    },
    tell: async (subject, message) => {
      const topic = await made(
        'alert topic',
        ({ ResourceType, LogicalResourceId }) =>
          ResourceType === 'AWS::SNS::Topic' && isAlertTopic(LogicalResourceId),
      );
      // Amazon SNS takes subjects of at most 100 characters.
      const input = { TopicArn: topic, Subject: subject.slice(0, 100), Message: message };
      await aws.call('sns:Publish', input);
    },
    recordContainment: async (agent, facts) => {
      const Name = containmentParameter(stack, agent);
      const Value = JSON.stringify(facts).slice(0, 4000);
      await aws.call('ssm:PutParameter', { Name, Value, Type: 'String', Overwrite: true });
    },
    recordDrill: async (agent, day) => {
      const Name = drillParameter(stack, agent);
      await aws.call('ssm:PutParameter', { Name, Value: day, Type: 'String', Overwrite: true });
    },
  };
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
