import type { BackupClient } from '@aws-sdk/client-backup';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { flowLogGroup } from '../../../../constructs/names';
import type { JsonClient } from '../../../../constructs/provider/function/json-service';
import { asking } from '../../preflight/asking';
import { dnsFirewallOf } from '../../preflight/live-dns-firewall';
import { flowLogsOf } from '../../preflight/live-flow-logs';
import type { Deployed } from '../deployed';
import { keyOf, rolesOf } from './access';
import { healthOf } from './health';
import { machinesOf, volumesOf } from './machines';
import { aclsOf, groupsOf, interfacesOf, routeTablesOf, subnetsOf, vpcOf } from './network';
import { policyOf } from './policy';
import { queryLogsOf } from './query-log';
import { backupsOf, logGroupsOf, parametersOf, topicOf, valuesOf } from './records';

export interface VerifyClients {
  readonly backup: Pick<BackupClient, 'send'>;
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly iam: Pick<IAMClient, 'send'>;
  readonly kms: Pick<KMSClient, 'send'>;
  readonly logs: Pick<CloudWatchLogsClient, 'send'>;
  readonly resolver: JsonClient;
  readonly sns: Pick<SNSClient, 'send'>;
  readonly ssm: Pick<SSMClient, 'send'>;
}

/** What the account has now. Each answer is asked for once, however many checks need it. No call writes or decrypts. */
export type Live = ReturnType<typeof liveOf>;

/** @param now which log lines are old */
export function liveOf(clients: VerifyClients, deployed: Deployed, now: Date) {
  const { ec2, iam, kms, logs, ssm } = clients;
  const { region, stack } = deployed;
  const ask = asking(region);
  const vpc = vpcIdOf(deployed);
  const machines = once(() => machinesOf(ec2, ask, vpc));
  const parameters = once(() => parametersOf(ssm, ask, stack));
  const values = (names: readonly string[]) => valuesOf(ssm, ask, names);
  return {
    vpc: once(() => vpcOf(ec2, ask, vpc, deployed.ids)),
    subnets: once(() => subnetsOf(ec2, ask, vpc)),
    routeTables: once(() => routeTablesOf(ec2, ask, vpc)),
    acls: once(() => aclsOf(ec2, ask, vpc)),
    groups: once(() => groupsOf(ec2, ask, vpc)),
    interfaces: once(() => interfacesOf(ec2, ask, vpc)),
    machines,
    volumes: once(async () =>
      volumesOf(
        ec2,
        ask,
        (await machines()).flatMap(({ volumes }) => volumes),
      ),
    ),
    key: onceFor((id) => keyOf(kms, ask, id)),
    roles: onceFor((profile) => rolesOf(iam, ask, profile)),
    parameters,
    policy: onceFor(async (agent) => policyOf(values, await parameters(), { stack, agent })),
    logGroups: once(() => logGroupsOf(logs, ask, stack)),
    health: onceFor((agent) => healthOf(logs, ask, { stack, agent, region, now })),
    flowLogs: once(() => flowLogsOf(ec2, ask, flowLogGroup(stack))),
    dnsFirewall: once(() => dnsFirewallOf(clients.resolver, ask, vpc)),
    queryLogs: once(() => queryLogsOf(clients.resolver, ask, vpc)),
    backups: onceFor((arn) => backupsOf(clients.backup, ask, arn)),
    topic: onceFor((arn) => topicOf(clients.sns, ask, arn)),
  };
}

/** Of the stack's own subnets, so that it is found for an existing VPC too. */
function vpcIdOf({ resources }: Deployed): string {
  const subnet = resources.find(({ type }) => type === 'AWS::EC2::Subnet');
  return String(subnet?.get('VpcId') ?? '');
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => {
    answer ??= read();
    return answer;
  };
}

function onceFor<T>(read: (of: string) => Promise<T>): (of: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (of) => {
    const answer = answers.get(of) ?? read(of);
    answers.set(of, answer);
    return answer;
  };
}
