import { setTimeout as pause } from 'node:timers/promises';
import { DENIAL_ID, TAG_AGENT, TAG_PART } from '../../constructs/names';
import { awsOf, type Clients } from '../../lib/operations/aws';
import { contain } from '../../lib/operations/contain';
import { awsControl } from '../../lib/operations/containment/aws-control';

interface Command {
  readonly constructor: { readonly name: string };
  readonly input: Record<string, never>;
}

/** EC2, IAM, SNS and CloudFormation for so many agents. Every call takes `latency` milliseconds, and a stop no time at all. */
class SlowAws {
  calls = 0;
  private readonly machines = new Map<
    string,
    { agent: string; part: string; state: string; group: string }
  >();
  private readonly denied = new Set<string>();
  private readonly grants = new Set<string>();

  constructor(
    agents: number,
    private readonly latency: number,
  ) {
    for (let index = 0; index < agents; index += 1) {
      for (const part of ['agent-host', 'proxy-box']) {
        const agent = `agent-${index}`;
        this.grants.add(`/airlock/${agent}/grants/release-delete`);
        this.machines.set(`i-${agent}-${part}`, { agent, part, state: 'running', group: `sg-${part}` });
      }
    }
  }

  send = async ({ constructor: { name }, input }: Command): Promise<unknown> => {
    this.calls += 1;
    await pause(this.latency);
    return this.answer(name.replace(/Command$/, ''), input);
  };

  private answer(name: string, input: Command['input']): unknown {
    const id = String(input.InstanceIds?.[0] ?? input.NetworkInterfaceId ?? '').replace(/^eni-/, '');
    const machine = this.machines.get(id);
    switch (name) {
      case 'DescribeInstances':
        return {
          Reservations: [{ Instances: [...this.machines.keys()].map((each) => this.instance(each)) }],
        };
      case 'DescribeSecurityGroups':
        return { SecurityGroups: [{ GroupId: 'sg-quarantine' }] };
      case 'StopInstances':
        if (machine) machine.state = 'stopped';
        return {};
      case 'ModifyNetworkInterfaceAttribute':
        if (machine) machine.group = String(input.Groups?.[0]);
        return {};
      case 'CreateSnapshots':
        return { Snapshots: [{ SnapshotId: 'snap-root' }, { SnapshotId: 'snap-state' }] };
      case 'DescribeSnapshots':
        return { Snapshots: [{ State: 'pending' }, { State: 'pending' }] };
      case 'ListStackResources':
        return {
          StackResourceSummaries: [
            {
              LogicalResourceId: DENIAL_ID,
              PhysicalResourceId: 'arn:denial',
              ResourceType: 'AWS::IAM::ManagedPolicy',
            },
            {
              LogicalResourceId: 'AlertTopic',
              PhysicalResourceId: 'arn:topic',
              ResourceType: 'AWS::SNS::Topic',
            },
          ],
        };
      case 'GetInstanceProfile':
        return { InstanceProfile: { Roles: [{ RoleName: String(input.InstanceProfileName) }] } };
      case 'AttachRolePolicy':
        this.denied.add(String(input.RoleName));
        return {};
      case 'ListAttachedRolePolicies':
        return {
          AttachedPolicies: this.denied.has(String(input.RoleName)) ? [{ PolicyArn: 'arn:denial' }] : [],
        };
      case 'GetParametersByPath':
        return {
          Parameters: [...this.grants]
            .filter((Name) => Name.startsWith(input.Path ?? ''))
            .map((Name) => ({ Name })),
        };
      case 'DeleteParameter':
        this.grants.delete(String(input.Name));
        return {};
      default:
        return {};
    }
  }

  private instance(id: string): object {
    const { agent, part, state, group } = this.machines.get(id) as NonNullable<
      ReturnType<typeof this.machines.get>
    >;
    return {
      InstanceId: id,
      State: { Name: state },
      Tags: [
        { Key: TAG_AGENT, Value: agent },
        { Key: TAG_PART, Value: part },
      ],
      NetworkInterfaces: [{ NetworkInterfaceId: `eni-${id}`, Groups: [{ GroupId: group }] }],
      BlockDeviceMappings: [{ Ebs: { VolumeId: 'vol-root' } }, { Ebs: { VolumeId: 'vol-state' } }],
      ...(part === 'proxy-box' && {
        IamInstanceProfile: { Arn: `arn:aws:iam::1:instance-profile/${agent}` },
      }),
    };
  }
}

export { lookAt } from './status';

/** Contains so many agents. @throws when a step is not confirmed, because then nothing was measured */
export async function timeContainment(
  agents: number,
  latency: number,
): Promise<{ readonly seconds: number; readonly calls: number }> {
  const slow = new SlowAws(agents, latency);
  const clients = new Proxy({}, { get: () => () => slow }) as Clients;
  const clock = { now: () => new Date(), pause: async (milliseconds: number) => pause(milliseconds) };
  const aws = awsControl(awsOf(clients, 'us-east-1'), 'airlock');
  const began = performance.now();
  const result = await contain({ aws, clock, stack: 'airlock' }, { by: 'the bench' });
  const seconds = (performance.now() - began) / 1000;
  const steps = result.reason === 'contained' ? result.containments.flatMap((each) => each.steps) : [];
  const open = steps.filter(({ state }) => state !== 'confirmed');
  if (steps.length === 0 || open.length > 0) throw new Error(JSON.stringify([result.reason, open], null, 1));
  return { seconds, calls: slow.calls };
}
