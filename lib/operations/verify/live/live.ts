import { flowLogGroup } from '../../../../constructs/names';
import type { Aws } from '../../aws';
import { once } from '../../once';
import { dnsFirewallOf } from '../../preflight/live-dns-firewall';
import { flowLogsOf } from '../../preflight/live-flow-logs';
import { spendOf } from '../../status/reads';
import type { Deployed } from '../deployed';
import { keyOf, rolesOf } from './access';
import { alarmsOf } from './alarms';
import { budgetAlertsOf } from './budget-alerts';
import { healthOf } from './health';
import { machinesOf, volumesOf } from './machines';
import {
  aclsOf,
  groupsOf,
  interfacesOf,
  prefixListEntriesOf,
  routeTablesOf,
  subnetsOf,
  vpcOf,
} from './network';
import { policyOf } from './policy';
import { queryLogsOf } from './query-log';
import { backupsOf, isShared, logGroupsOf, parametersOf, topicOf, valuesOf } from './records';

/** What the account has now. Each answer is asked for once, however many checks need it. No call writes or decrypts. */
export type Live = ReturnType<typeof liveOf>;

/** @param now which log lines are old */
export function liveOf(aws: Aws, deployed: Deployed, now: Date) {
  const { stack } = deployed;
  const vpc = vpcIdOf(deployed);
  const machines = once(() => machinesOf(aws, vpc));
  const parameters = once(() => parametersOf(aws, stack));
  const values = (names: readonly string[]) => valuesOf(aws, names);
  return {
    vpc: once(() => vpcOf(aws, vpc, deployed.ids)),
    subnets: once(() => subnetsOf(aws, vpc)),
    routeTables: once(() => routeTablesOf(aws, vpc)),
    prefixListEntries: onceFor((id) => prefixListEntriesOf(aws, id)),
    acls: once(() => aclsOf(aws, vpc)),
    groups: once(() => groupsOf(aws, vpc)),
    interfaces: once(() => interfacesOf(aws, vpc)),
    machines,
    volumes: once(async () =>
      volumesOf(
        aws,
        (await machines()).flatMap(({ volumes }) => volumes),
      ),
    ),
    key: onceFor((id) => keyOf(aws, id)),
    roles: onceFor((profile) => rolesOf(aws, profile)),
    parameters,
    policy: onceFor(async (agent) => policyOf(values, await parameters(), { stack, agent })),
    logGroups: once(() => logGroupsOf(aws, stack)),
    health: onceFor((agent) => healthOf(aws, { stack, agent, now })),
    flowLogs: once(() => flowLogsOf(aws, flowLogGroup(stack))),
    dnsFirewall: once(() => dnsFirewallOf(aws, vpc)),
    queryLogs: once(() => queryLogsOf(aws, vpc)),
    backups: onceFor((arn) => backupsOf(aws, arn)),
    topic: onceFor((arn) => topicOf(aws, arn)),
    isShared: onceFor((arn) => isShared(aws, arn)),
    budgets: once(() => spendOf(aws, deployed.account)),
    budgetAlerts: onceFor((budget) => budgetAlertsOf(aws, deployed.account, budget)),
    alarms: once(() => {
      const alarms = deployed.resources.filter(({ type }) => type === 'AWS::CloudWatch::Alarm');
      return alarmsOf(
        aws,
        alarms.map(({ id }) => id),
      );
    }),
  };
}

/** Of the stack's own subnets, so that it is found for an existing VPC too. */
function vpcIdOf({ resources }: Deployed): string {
  const subnet = resources.find(({ type }) => type === 'AWS::EC2::Subnet');
  return String(subnet?.get('VpcId') ?? '');
}

function onceFor<T>(read: (of: string) => Promise<T>): (of: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (of) => {
    const answer = answers.get(of) ?? read(of);
    answers.set(of, answer);
    return answer;
  };
}
