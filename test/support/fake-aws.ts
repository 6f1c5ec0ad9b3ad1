import { setTimeout as pause } from 'node:timers/promises';
import { HEALTH_METRIC, TAG_AGENT, TAG_CELL, TAG_PART, WARDEN_STREAM } from '../../constructs/names';
import type { Services } from '../../lib/cli/services';
import { deployedFrom } from '../../lib/operations/verify/deployed';
import type { StackTemplate } from '../stack/synthesise';
import { deployedAnswers } from './deployed';

type Input = Record<string, unknown>;
interface Command {
  readonly constructor: { readonly name: string };
  readonly operation?: string;
  readonly input: Input;
}
interface Machine {
  readonly agent: string;
  readonly part: string;
  state: string;
  groups: readonly string[];
  root: string;
}

const PLACE = { partition: 'aws', region: 'us-east-1', account: '123456789012', stack: 'airlock' };
const SERVICES =
  'backup budgets cloudformation cloudwatch ec2 iam kms logs route53resolver sns ssm sts'.split(' ');

/** An account with the deployed stack of a template, as far as commands ask. It notes each call as `service:Operation`. */
export class FakeAws {
  readonly calls: { readonly call: string; readonly input: Input }[] = [];
  /** Calls that AWS denies. */
  readonly denied = new Set<string>();
  /** Milliseconds that every call takes. */
  latency = 0;
  readonly grants = new Map<string, string>();
  private readonly deployed;
  private readonly stackAnswers: Record<string, (input: Input) => unknown>;
  private readonly machines = new Map<string, Machine>();
  private readonly sessionsDenied = new Set<string>();
  private readonly written = new Map<string, number>();

  constructor(
    template: StackTemplate,
    private readonly now: () => Date = () => new Date(),
  ) {
    const ids = new Map(Object.keys(template.Resources).map((id) => [id, id.toLowerCase()]));
    const text = JSON.stringify(template);
    this.deployed = deployedFrom({ ...PLACE, status: 'UPDATE_COMPLETE' }, text, ids);
    const summaries = Object.entries(template.Resources).map(
      ([LogicalResourceId, { Type: ResourceType }]) => ({
        ...{ LogicalResourceId, ResourceType, PhysicalResourceId: ids.get(LogicalResourceId) },
      }),
    );
    const outputs = Object.keys(template.Outputs ?? {}).map((OutputKey) => ({ OutputKey, OutputValue: 'x' }));
    const answers = deployedAnswers(() => text, ids);
    this.stackAnswers = {
      ...answers,
      DescribeStacks: () => ({ Stacks: [{ ...answers.DescribeStacks().Stacks[0], Outputs: outputs }] }),
      ListStackResources: () => ({ StackResourceSummaries: summaries }),
      DescribeBudgets: () => ({
        Budgets: this.deployed.resources.flatMap(({ type, get }) =>
          /Budget$/.test(type) ? [get('Budget')] : [],
        ),
      }),
      DescribeNotificationsForBudget: () => ({ Notifications: [{ Threshold: 100 }] }),
      FilterLogEvents: (input) => ({ events: this.linesOf(input) }),
    };
    for (const { type, id, agent = '', part = '' } of this.deployed.resources) {
      if (type !== 'AWS::EC2::Instance') continue;
      this.machines.set(id, {
        agent,
        part,
        state: 'running',
        groups: [`sg-${agent}-${part}`],
        root: `vol-${id}`,
      });
    }
  }

  services(): Services {
    const services = SERVICES.map((service) => [
      service,
      async () => ({ send: (command: Command) => this.send(service, command) }),
    ]);
    return { ...Object.fromEntries(services), withProfile: () => this.services() };
  }

  private async send(service: string, command: Command): Promise<unknown> {
    const { operation, input } = command;
    const name = operation ?? command.constructor.name.replace(/Command$/, '');
    const call = `${service}:${name}`;
    this.calls.push({ call, input });
    if (this.latency > 0) await pause(this.latency);
    if (this.denied.has(call)) throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    return this.stackAnswers[name]?.(input) ?? this.answer(name, input);
  }

  private answer(name: string, input: Input): unknown {
    const text = (of: unknown) => String(of ?? '');
    const filters = (input.Filters ?? []) as {
      readonly Name?: string;
      readonly Values?: readonly string[];
    }[];
    const wanted = filters.map(({ Values = [] }) => Values[0] ?? '');
    const machine = this.machines.get(
      text((input.InstanceIds as string[] | undefined)?.[0] ?? input.NetworkInterfaceId).replace(/^eni-/, ''),
    );
    switch (name) {
      case 'GetCallerIdentity':
        return { Account: PLACE.account, Arn: `arn:aws:iam::${PLACE.account}:user/somebody` };
      case 'DescribeInstances': {
        const found = [...this.machines.keys()].filter(
          (id) => filters[0]?.Name !== 'instance-id' || wanted[0] === id,
        );
        return { Reservations: [{ Instances: found.map((id) => this.instance(id)) }] };
      }
      case 'DescribeSecurityGroups':
        return {
          SecurityGroups: [
            { GroupId: wanted.includes('quarantine') ? 'sg-quarantine' : `sg-${wanted[1]}-${wanted[2]}` },
          ],
        };
      case 'DescribeVolumes':
        return {
          Volumes: [
            {
              VolumeId: 'vol-1',
              Size: 8,
              KmsKeyId: 'key',
              Encrypted: true,
              State: 'available',
              Attachments: [],
              Tags: [],
            },
          ],
        };
      case 'DescribeImages': {
        const Ebs = { SnapshotId: 'snap-image', VolumeSize: 8 };
        return {
          Images: [
            {
              ImageId: wanted[0],
              Architecture: 'arm64',
              RootDeviceName: '/dev/xvda',
              BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }],
            },
          ],
        };
      }
      case 'DescribeInstanceConnectEndpoints':
        return {
          InstanceConnectEndpoints: [{ InstanceConnectEndpointId: 'eice-1', State: 'create-complete' }],
        };
      case 'StopInstances':
      case 'StartInstances':
        if (machine) machine.state = name === 'StopInstances' ? 'stopped' : 'running';
        return {};
      case 'ModifyNetworkInterfaceAttribute':
        if (machine) machine.groups = input.Groups as string[];
        return {};
      case 'CreateSnapshots':
        return { Snapshots: [{ SnapshotId: 'snap-root' }, { SnapshotId: 'snap-state' }] };
      case 'DescribeSnapshots':
        return { Snapshots: [{ State: 'pending' }, { State: 'pending' }] };
      case 'CreateVolume':
        return { VolumeId: 'vol-new' };
      case 'CreateReplaceRootVolumeTask': {
        const target = this.machines.get(text(input.InstanceId));
        if (target) target.root = text(input.VolumeId);
        return { ReplaceRootVolumeTask: { ReplaceRootVolumeTaskId: 'replacevol-1' } };
      }
      case 'DescribeReplaceRootVolumeTasks':
        return { ReplaceRootVolumeTasks: [{ TaskState: 'succeeded' }] };
      case 'DescribeVpcs':
        return { Vpcs: [{ VpcId: wanted[0], DhcpOptionsId: 'dopt-1' }] };
      case 'GetInstanceProfile':
        return { InstanceProfile: { Roles: [{ RoleName: text(input.InstanceProfileName) }] } };
      case 'AttachRolePolicy':
        this.sessionsDenied.add(text(input.RoleName));
        return {};
      case 'DetachRolePolicy':
        this.sessionsDenied.delete(text(input.RoleName));
        return {};
      case 'ListAttachedRolePolicies': {
        const PolicyArn = this.sessionsDenied.has(text(input.RoleName)) ? 'sessiondenial' : 'arn:other';
        return { AttachedPolicies: [{ PolicyArn }] };
      }
      case 'DescribeParameters':
        return {
          Parameters: [{ Name: '/airlock/scout/github-read-pat', Type: 'SecureString', Tier: 'Advanced' }],
        };
      case 'GetParametersByPath':
        return {
          Parameters: [...this.grants.keys()]
            .filter((Name) => Name.startsWith(text(input.Path)))
            .map((Name) => ({ Name })),
        };
      case 'DeleteParameter':
        this.grants.delete(text(input.Name));
        return {};
      case 'GetParameters':
        return { Parameters: (input.Names as string[]).flatMap((Name) => this.parameter(Name)) };
      case 'GetParameterHistory':
        return {
          Parameters: [
            {
              Version: this.written.get(text(input.Name)) ?? 1,
              LastModifiedUser: 'arn:somebody',
              LastModifiedDate: this.now(),
              Labels: [],
              KeyId: 'key',
            },
          ],
        };
      case 'PutParameter': {
        const [Name, Version] = [text(input.Name), (this.written.get(text(input.Name)) ?? 1) + 1];
        this.written.set(Name, Version);
        if (Name.includes('/grants/')) this.grants.set(Name, text(input.Value));
        return { Version };
      }
      case 'GetLogEvents': {
        const secrets = Object.fromEntries(
          [...this.written].map(([each, version]) => [each.split('/').pop(), version]),
        );
        return { events: [{ message: JSON.stringify({ secrets }) }] };
      }
      case 'ListFirewallRuleGroupAssociations':
        return {
          FirewallRuleGroupAssociations: [
            { FirewallRuleGroupId: 'group', Priority: 101, Status: 'COMPLETE' },
          ],
        };
      case 'ListFirewallRules':
        return { FirewallRules: [{ Action: 'BLOCK', Priority: 1, FirewallDomainListId: 'every-name' }] };
      default:
        return {};
    }
  }

  /** Warden's health line. */
  private linesOf({ logStreamNames }: Input): object[] {
    if (!(logStreamNames as string[] | undefined)?.includes(WARDEN_STREAM)) return [];
    const timestamp = this.now().getTime();
    return [{ timestamp, message: JSON.stringify({ _aws: { Timestamp: timestamp }, [HEALTH_METRIC]: 1 }) }];
  }

  private parameter(Name: string): object[] {
    const granted = this.grants.get(Name);
    if (granted !== undefined)
      return [{ Name, Value: granted, Version: this.written.get(Name), LastModifiedDate: this.now() }];
    const found = this.deployed.resources.find(
      ({ type, get }) => type === 'AWS::SSM::Parameter' && get('Name') === Name,
    );
    return found ? [{ Name, Value: String(found.get('Value')), Version: 1 }] : [];
  }

  private instance(id: string): object {
    const { agent, part, state, groups, root } = this.machines.get(id) as Machine;
    return {
      InstanceId: id,
      VpcId: 'vpc',
      State: { Name: state },
      ImageId: 'ami-launched',
      Architecture: 'arm64',
      RootDeviceName: '/dev/xvda',
      Placement: { AvailabilityZone: 'us-east-1a' },
      Tags: Object.entries({ [TAG_AGENT]: agent, [TAG_PART]: part, [TAG_CELL]: `airlock/${agent}` }).map(
        ([Key, Value]) => ({ Key, Value }),
      ),
      NetworkInterfaces: [
        { NetworkInterfaceId: `eni-${id}`, Groups: groups.map((GroupId) => ({ GroupId })) },
      ],
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { VolumeId: root } },
        { Ebs: { VolumeId: 'vol-state' } },
      ],
      ...(part === 'proxy-box' && {
        IamInstanceProfile: { Arn: `arn:aws:iam::1:instance-profile/role-of-${agent}` },
      }),
    };
  }
}
