import type { ResolverReport } from '../report';
import type { Resource, Template } from '../template/template';
import {
  describe,
  field,
  integerOf,
  isFields,
  isList,
  Reference,
  textOf,
  type Value,
} from '../template/value';
import type { Vpc } from './model';

/**
 * What sets `FirewallFailOpen`: CloudFormation's own type, which it can't create, and the kit's. Without one the
 * firewall fails closed, AWS's default; one with any other value than DISABLED opens it, whatever VPC it names.
 */
const FIREWALL_CONFIGS = ['AWS::Route53Resolver::FirewallConfig', 'Custom::AirlockDnsFirewallConfig'];

/**
 * Whether a VPC's resolver answers. Security groups, network ACLs and routes don't filter it (VPC user guide,
 * "Security"), and it resolves any public name: only no DNS support, or a DNS firewall that blocks every name and
 * fails closed, stops it.
 */
export function readResolver(template: Template, vpc: Vpc): ResolverReport {
  const queriesLogged = isLogged(template, vpc);
  if (!vpc.dnsSupport) return { state: 'off', why: 'EnableDnsSupport is false', queriesLogged };
  const open = (why: string): ResolverReport => ({ state: 'open', why, queriesLogged });
  if (vpc.resource === undefined) return open('its VPC is not in the template');

  const associations = template
    .ofType('AWS::Route53Resolver::FirewallRuleGroupAssociation')
    .filter((each) => each.certain && names(each.get('VpcId'), vpc));
  if (associations.length === 0) return open('no DNS firewall is associated with the VPC');
  const failOpen = FIREWALL_CONFIGS.flatMap((type) => template.ofType(type)).find(
    (each) => textOf(each.get('FirewallFailOpen')) !== 'DISABLED',
  );
  if (failOpen !== undefined) return open(`${failOpen.id} lets queries through when the DNS firewall fails`);

  const verdict = verdictOf(template, associations);
  return verdict.blocked ? { state: 'blocked', why: verdict.why, queriesLogged } : open(verdict.why);
}

interface Verdict {
  readonly blocked: boolean;
  readonly why: string;
}

/** Rule groups in order of their association's priority, rules in order of theirs; the first match decides. */
function verdictOf(template: Template, associations: readonly Resource[]): Verdict {
  const numbered = associations.map((each) => ({ each, priority: integerOf(each.get('Priority')) ?? -1 }));
  for (const { each } of numbered.sort((a, b) => a.priority - b.priority)) {
    const group = template.referred(
      each.get('FirewallRuleGroupId'),
      'AWS::Route53Resolver::FirewallRuleGroup',
    );
    if (group === undefined)
      return { blocked: false, why: `the rule group of ${each.id} is not in the template` };
    const verdict = verdictOfGroup(template, group);
    if (verdict !== undefined) return verdict;
  }
  return { blocked: false, why: 'no rule of the DNS firewall blocks every name' };
}

/** Undefined: every query falls through to the next group. */
function verdictOfGroup(template: Template, group: Resource): Verdict | undefined {
  const listed = group.get('FirewallRules');
  if (listed === undefined) return undefined;
  if (!isList(listed) || !listed.every(isFields))
    return { blocked: false, why: `the rules of ${group.id} are not known` };
  const rules = [...listed].sort((a, b) => priorityOf(a) - priorityOf(b));
  for (const rule of rules) {
    if (textOf(field(rule, 'Action')) !== 'BLOCK') {
      return { blocked: false, why: `${group.id} answers for ${namesOf(template, rule)} before it blocks` };
    }
    if (blocksEveryName(template, rule)) return { blocked: true, why: `${group.id} blocks every name` };
  }
  return undefined;
}

function priorityOf(rule: Value): number {
  return integerOf(field(rule, 'Priority')) ?? -1;
}

function blocksEveryName(template: Template, rule: Value): boolean {
  if (field(rule, 'Qtype') !== undefined) return false; // other query types pass
  return domainsOf(template, rule).includes('*');
}

/** Advanced rules (DnsThreatProtection) name no list. */
function domainsOf(template: Template, rule: Value): string[] {
  const list = template.referred(
    field(rule, 'FirewallDomainListId'),
    'AWS::Route53Resolver::FirewallDomainList',
  );
  const domains = list?.certain ? list.get('Domains') : undefined;
  return isList(domains) ? domains.filter((domain): domain is string => typeof domain === 'string') : [];
}

function namesOf(template: Template, rule: Value): string {
  const domains = domainsOf(template, rule);
  return domains.length > 0 ? domains.slice(0, 3).join(', ') : describe(field(rule, 'FirewallDomainListId'));
}

function isLogged(template: Template, vpc: Vpc): boolean {
  return template.ofType('AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation').some((each) => {
    const config = each.get('ResolverQueryLogConfigId');
    const known = template.referred(config, 'AWS::Route53Resolver::ResolverQueryLoggingConfig');
    return each.certain && names(each.get('ResourceId'), vpc) && (known?.certain ?? false);
  });
}

function names(value: Value, vpc: Vpc): boolean {
  if (vpc.existing !== undefined) return textOf(value) === vpc.existing;
  return value instanceof Reference && value.id === vpc.resource?.id;
}
