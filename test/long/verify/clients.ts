import { HEALTH_METRIC } from '../../../constructs/names';
import type { Airlock } from '../../../lib/config/model';
import { type Aws, awsOf, type Clients } from '../../../lib/operations/aws';
import { deployedFrom } from '../../../lib/operations/verify/deployed';
import { compilePolicy } from '../../../lib/policy';
import { readBundle } from '../../../lib/policy/document/read';
import { render } from '../../../lib/warden/render';
import { deployedAnswers } from '../../support/deployed';
import type { BuiltAccount } from './account';

type Command = { constructor: { name: string }; operation?: string; input: Record<string, unknown> };
// biome-ignore lint/suspicious/noExplicitAny: answers of AWS
export type Answers = Record<string, (input: any, pass: () => Promise<any>) => unknown>;

/** CloudWatch Logs takes no old lines. */
export const NOW = new Date();

const ALARM =
  'AlarmActions OKActions MetricName Namespace Dimensions Statistic Period EvaluationPeriods Threshold ComparisonOperator TreatMissingData'.split(
    ' ',
  );

/** What moto doesn't have, answered as AWS does for a sound stack; a test changes the answers. */
export function soundAnswers(account: BuiltAccount): Answers {
  const fresh = new Date(NOW.getTime() - 6 * 3_600_000);
  const place = {
    partition: 'aws',
    region: 'us-east-1',
    account: '123456789012',
    stack: 'airlock',
    status: '',
  };
  const resources = () => deployedFrom(place, account.templateText, account.ids).resources;
  // biome-ignore lint/suspicious/noExplicitAny: properties of a template
  const ofType = (type: RegExp): any[] => resources().filter((each) => type.test(each.type));
  const alertsOf = (name: string) =>
    ofType(/Budget$/)
      .find(({ get }) => get('Budget').BudgetName === name)
      ?.get('NotificationsWithSubscribers');
  const queryLog = [...account.ids.values()].find((id) => /QueryLogging(?!Association)/.test(id));
  return {
    ...deployedAnswers(() => account.templateText, account.ids),
    ListRecoveryPointsByResource: () => ({ RecoveryPoints: [{ CreationDate: fresh, Status: 'COMPLETED' }] }),
    GetFirewallConfig: () => ({ FirewallConfig: { FirewallFailOpen: 'DISABLED' } }),
    ListFirewallRuleGroupAssociations: () => ({
      FirewallRuleGroupAssociations: [{ FirewallRuleGroupId: 'group', Priority: 101, Status: 'COMPLETE' }],
    }),
    ListFirewallRules: () => ({
      FirewallRules: [{ Action: 'BLOCK', Priority: 1, FirewallDomainListId: 'every-name' }],
    }),
    ListFirewallDomains: () => ({ Domains: ['*'] }),
    ListResolverQueryLogConfigAssociations: ({ Filters }) => ({
      ResolverQueryLogConfigAssociations: [
        {
          ResolverQueryLogConfigId: queryLog,
          ResourceId: Filters[0].Values[0],
          Status: 'ACTIVE',
        },
      ],
    }),
    // moto counts nobody who has confirmed.
    GetTopicAttributes: ({ TopicArn }) => {
      const policy = resources().find((each) =>
        (each.get('Topics') as unknown[] | undefined)?.includes(TopicArn),
      );
      const KmsMasterKeyId = account.id('AWS::KMS::Key', { agent: '' });
      const Policy = JSON.stringify(policy?.get('PolicyDocument'));
      return { Attributes: { KmsMasterKeyId, SubscriptionsConfirmed: '1', Policy } };
    },
    DescribeBudgets: () => ({
      Budgets: resources().flatMap(({ type, get }) => (/Budget$/.test(type) ? [get('Budget')] : [])),
    }),
    // moto has no subscribers of a budget's alerts.
    DescribeNotificationsForBudget: ({ BudgetName }) => ({
      Notifications: alertsOf(BudgetName).map((each: { Notification: object }) => each.Notification),
    }),
    DescribeSubscribersForNotification: ({ BudgetName, Notification: { Threshold } }) =>
      alertsOf(BudgetName).find(
        ({ Notification }: { Notification: { Threshold: number } }) => Notification.Threshold === Threshold,
      ),
    // moto doesn't speak the protocol of CloudWatch's client.
    DescribeAlarms: () => ({
      MetricAlarms: ofType(/Alarm$/).map(({ id: AlarmName, get }) => ({
        ...Object.fromEntries(ALARM.map((name) => [name, get(name)])),
        AlarmName,
        ActionsEnabled: true,
        StateValue: 'OK',
      })),
    }),
    // moto doesn't say what an interface of a gateway is.
    DescribeNetworkInterfaces: async (_, pass) => {
      const answer = await pass();
      const { NatGateways } = await account.call('ec2', 'DescribeNatGateways');
      const ids = JSON.stringify(NatGateways);
      for (const each of answer.NetworkInterfaces ?? [])
        if (ids.includes(each.NetworkInterfaceId)) each.InterfaceType = 'nat_gateway';
      return answer;
    },
    // moto keeps no type and code of ICMP.
    DescribeNetworkAcls: async (_, pass) => {
      const answer = await pass();
      for (const { Entries = [] } of answer.NetworkAcls ?? []) {
        for (const entry of Entries) if (entry.Protocol === '1') entry.IcmpTypeCode = { Type: 3, Code: 4 };
      }
      return answer;
    },
  };
}

/** @param answers instead of moto's */
export function awsFor(account: BuiltAccount, answers: Answers): Aws {
  const clients: Readonly<Record<string, { send(command: object): Promise<unknown> }>> = account.clients;
  const before = (service: string) => () => ({
    send: async (command: Command) => {
      const real = clients[service];
      const action = command.operation ?? command.constructor.name.replace(/Command$/, '');
      const answer = answers[action];
      if (answer) return answer(command.input, async () => real?.send(command));
      if (!real) throw new Error(`nobody answers ${action}`);
      return real.send(command);
    },
  });
  return awsOf(new Proxy({}, { get: (_, service) => before(String(service)) }) as Clients, 'us-east-1');
}

/** Health lines of every agent's proxy box. @param change to a line */
export async function healthy(
  account: BuiltAccount,
  airlock: Airlock,
  change: { readonly minutesAgo?: number; readonly policy?: string; readonly healthy?: 0 | 1 } = {},
): Promise<void> {
  const at = new Date(NOW.getTime() - (change.minutesAgo ?? 1) * 60_000);
  for (const agent of airlock.agents) {
    const prefix = `/${airlock.name}/${agent.name}/`;
    const read = readBundle(compilePolicy(airlock, agent).text, agent.name, prefix);
    if (!read.ok) throw new Error(read.problem);
    const unset = new Set(agent.secrets.map(({ parameter }) => parameter));
    const policy = change.policy ?? render(read.bundle, unset).policy.digest;
    await account.line(
      agent.name,
      'warden',
      {
        _aws: { Timestamp: at.getTime() },
        [HEALTH_METRIC]: change.healthy ?? 1,
        reasons: change.healthy === 0 ? [{ code: 'policy-refused' }] : [],
        policy,
      },
      at,
    );
  }
}
