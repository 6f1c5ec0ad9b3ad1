import type { Instance } from '@aws-sdk/client-ec2';
import { SSH_USERS, TAG_AGENT, TAG_PART, TAG_STACK } from '../../constructs/names';
import { didYouMean } from '../config/nearest';
import type { CellMachine } from '../containment/cell';
import { type Aws, unlessRefused } from './aws';
import { instancesOf, NOT_TERMINATED, tagFilters, tagOf } from './ec2-tags';
import { noMachines } from './not-here';

export interface ConnectInput {
  readonly aws: Aws;
  readonly stack: string;
  readonly agent: string;
  readonly part: CellMachine['part'];
  /** Of the AWS configuration, for the AWS CLI. */
  readonly profile?: string;
}

export type ConnectResult =
  | {
      readonly reason: 'ready';
      readonly agent: string;
      readonly part: CellMachine['part'];
      readonly machine: string;
      readonly endpoint: string;
      /** The command that opens the shell. */
      readonly command: readonly string[];
    }
  | {
      readonly reason: 'unknown-agent' | 'no-endpoint' | 'not-reachable' | 'aws';
      readonly message: string;
    };

/**
 * Finds the machine and the endpoint that leads to it. The AWS CLI opens the shell: it makes a key for this one session, has
 * EC2 accept it for a minute, and tunnels SSH through the endpoint (AWS CLI reference, `ec2-instance-connect ssh`).
 */
export function connect(input: ConnectInput): Promise<ConnectResult> {
  return unlessRefused(
    () => find(input),
    (message) => ({ reason: 'aws', message }),
  );
}

async function find({ aws, stack, agent, part, profile }: ConnectInput): Promise<ConnectResult> {
  const all = await instancesOf(aws, [...tagFilters({ [TAG_STACK]: stack }), NOT_TERMINATED]);
  const own = all.find(({ Tags }) => tagOf(Tags, TAG_AGENT) === agent && tagOf(Tags, TAG_PART) === part);
  if (own === undefined)
    return { reason: 'unknown-agent', message: noMachine({ stack, agent, part }, all, aws.region) };
  const { InstanceId: machine = '', VpcId: vpc = '', State } = own;
  if (State?.Name !== 'running') {
    const message = `the ${part} ${machine} of ${agent} is ${State?.Name}: a contained agent is released with npx airlock release ${agent} --because "…", another is started in EC2`;
    return { reason: 'not-reachable', message };
  }
  const { InstanceConnectEndpoints = [] } = await aws.call('ec2:DescribeInstanceConnectEndpoints', {
    Filters: [{ Name: 'vpc-id', Values: [vpc] }],
  });
  const endpoint = InstanceConnectEndpoints.find((each) => each.State === 'create-complete');
  if (endpoint?.InstanceConnectEndpointId === undefined) {
    const message = `${vpc} has no EC2 Instance Connect Endpoint: write "access: instance-connect" into airlock.yaml and deploy`;
    return { reason: 'no-endpoint', message };
  }
  const id = endpoint.InstanceConnectEndpointId;
  const command = [
    'aws',
    ...['ec2-instance-connect', 'ssh', '--instance-id', machine, '--os-user', SSH_USERS[part]],
    ...['--connection-type', 'eice', '--eice-options', `endpointId=${id}`, '--region', aws.region],
    ...(profile === undefined ? [] : ['--profile', profile]),
  ];
  return { reason: 'ready', agent, part, machine, endpoint: id, command };
}

function noMachine(
  { stack, agent, part }: Pick<ConnectInput, 'stack' | 'agent' | 'part'>,
  all: readonly Instance[],
  region: string,
): string {
  if (all.length === 0) return noMachines(stack, region);
  const names = [...new Set(all.flatMap(({ Tags }) => tagOf(Tags, TAG_AGENT) ?? []))].sort();
  const hint = names.includes(agent) ? '' : didYouMean(agent, names);
  return `the stack "${stack}" has no ${part} of an agent "${agent}": it has machines of ${names.join(', ')}${hint}`;
}
