import type { Aws } from '../aws';

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
export async function dnsFirewallOf(aws: Aws, vpc: string) {
  async function blocksEveryName(): Promise<boolean> {
    const associations = await aws.jsonList<Association>(
      'route53resolver:ListFirewallRuleGroupAssociations',
      { VpcId: vpc },
      'FirewallRuleGroupAssociations',
    );
    const inForce = associations.filter(({ Status }) => Status === 'COMPLETE');
    for (const { FirewallRuleGroupId } of inForce.sort(byPriority)) {
      const rules = await aws.jsonList<Rule>(
        'route53resolver:ListFirewallRules',
        { FirewallRuleGroupId },
        'FirewallRules',
      );
      for (const { Action, FirewallDomainListId, Qtype } of rules.sort(byPriority)) {
        if (Action !== 'BLOCK') return false;
        if (Qtype || !FirewallDomainListId) continue;
        const domains = await aws.jsonList<string>(
          'route53resolver:ListFirewallDomains',
          { FirewallDomainListId },
          'Domains',
        );
        if (domains.some((domain) => domain === '*' || domain === '*.')) return true;
      }
    }
    return false;
  }

  const { FirewallConfig } = await aws.json<{ FirewallConfig?: { FirewallFailOpen?: string } }>(
    'route53resolver:GetFirewallConfig',
    { ResourceId: vpc },
  );
  return {
    vpc,
    failsOpen: FirewallConfig?.FirewallFailOpen !== 'DISABLED',
    /** Whether its first rule for any name blocks it; a rule group that is still being associated doesn't count. */
    blocksEveryName: await blocksEveryName(),
  };
}

function byPriority(a: { readonly Priority: number }, b: { readonly Priority: number }): number {
  return a.Priority - b.Priority;
}
