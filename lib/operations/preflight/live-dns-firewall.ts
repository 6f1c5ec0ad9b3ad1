import { JsonCall, type JsonClient } from '../../../constructs/provider/function/json-service';
import { type Ask, everyPage } from './asking';
import type { LiveDnsFirewall } from './live';

interface Association {
  readonly FirewallRuleGroupId: string;
  readonly Priority: number;
  readonly Status: string;
}

interface Rule {
  readonly Priority: number;
  readonly Action: string;
  readonly FirewallDomainListId?: string;
  readonly Qtype?: string;
}

/** As Route 53 Resolver applies it: rule groups by priority, rules by priority, and the first match decides. */
export async function dnsFirewallOf(resolver: JsonClient, ask: Ask, vpc: string): Promise<LiveDnsFirewall> {
  const call = <T>(operation: string, input: Readonly<Record<string, unknown>>) =>
    ask(
      `route53resolver:${operation}`,
      async () => (await resolver.send(new JsonCall(operation, input))) as T,
    );
  const list = <T>(operation: string, input: Readonly<Record<string, unknown>>, field: string) =>
    everyPage(
      (NextToken) => call<{ NextToken?: string }>(operation, { ...input, NextToken }),
      (page) => ((page as Record<string, unknown>)[field] ?? []) as T[],
    );

  async function blocksEveryName(): Promise<boolean> {
    const associations = await list<Association>(
      'ListFirewallRuleGroupAssociations',
      { VpcId: vpc },
      'FirewallRuleGroupAssociations',
    );
    const inForce = associations.filter(({ Status }) => Status === 'COMPLETE');
    for (const { FirewallRuleGroupId } of inForce.sort(byPriority)) {
      const rules = await list<Rule>('ListFirewallRules', { FirewallRuleGroupId }, 'FirewallRules');
      for (const { Action, FirewallDomainListId, Qtype } of rules.sort(byPriority)) {
        if (Action !== 'BLOCK') return false;
        if (Qtype || !FirewallDomainListId) continue;
        const domains = await list<string>('ListFirewallDomains', { FirewallDomainListId }, 'Domains');
        if (domains.some((domain) => domain === '*' || domain === '*.')) return true;
      }
    }
    return false;
  }

  const { FirewallConfig } = await call<{ FirewallConfig?: { FirewallFailOpen?: string } }>(
    'GetFirewallConfig',
    { ResourceId: vpc },
  );
  return {
    vpc,
    failsOpen: FirewallConfig?.FirewallFailOpen !== 'DISABLED',
    blocksEveryName: await blocksEveryName(),
  };
}

function byPriority(a: { readonly Priority: number }, b: { readonly Priority: number }): number {
  return a.Priority - b.Priority;
}
