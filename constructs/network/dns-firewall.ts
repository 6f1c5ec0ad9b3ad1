import type * as logs from 'aws-cdk-lib/aws-logs';
import * as resolver from 'aws-cdk-lib/aws-route53resolver';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import type { Provider } from '../provider/provider';
import { dnsFirewallConfigPermissions } from '../provider/resources/dns-firewall-config/permissions';

export interface DnsFirewallProps {
  readonly vpcId: string;
  /** Records every question. */
  readonly queryLog: logs.ILogGroup;
  /** Sets the firewall to fail closed. */
  readonly provider: Provider;
}

/**
 * Makes the VPC resolver answer nothing. Security groups, network ACLs and routes don't filter it (VPC user guide,
 * "Security"), and it resolves any public name: without this, an agent could send data out in the names that it asks for.
 *
 * **Resources**: DNS firewall rule group that blocks every name, its association, resolver query logging, and a custom
 * resource that sets the firewall to fail closed.
 *
 * **Security considerations**: NET-3. A DNS firewall fails closed by default (Route 53 developer guide, "DNS Firewall VPC
 * configuration"); the custom resource sets it, because CloudFormation describes `AWS::Route53Resolver::FirewallConfig`
 * and can't create it. No machine has a reason to ask this resolver (the DHCP options name others), so one line in the
 * query log is a signal (Watch). The operator must not associate other rule groups with the VPC.
 */
export class DnsFirewall extends Construct {
  /** Once these exist, the VPC resolver answers nothing and the query log records every question. */
  readonly inForce: IDependable;

  constructor(scope: Construct, id: string, props: DnsFirewallProps) {
    super(scope, id);
    const everyName = new resolver.CfnFirewallDomainList(this, 'EveryName', { domains: ['*'] });
    const rules = new resolver.CfnFirewallRuleGroup(this, 'BlockAll', {
      firewallRules: [
        { priority: 1, action: 'BLOCK', blockResponse: 'NXDOMAIN', firewallDomainListId: everyName.attrId },
      ],
    });
    const association = new resolver.CfnFirewallRuleGroupAssociation(this, 'BlockAllAssociation', {
      vpcId: props.vpcId,
      firewallRuleGroupId: rules.attrId,
      priority: 101,
      // With mutation protection CloudFormation itself couldn't remove it, with the mode or with the stack.
      mutationProtection: 'DISABLED',
    });

    const failsClosed = props.provider.make(this, 'FailsClosed', {
      type: 'Custom::AirlockDnsFirewallConfig',
      properties: { ResourceId: props.vpcId, FirewallFailOpen: 'DISABLED' },
      permissions: dnsFirewallConfigPermissions,
    });

    const logging = new resolver.CfnResolverQueryLoggingConfig(this, 'QueryLogging', {
      destinationArn: props.queryLog.logGroupArn,
    });
    const logged = new resolver.CfnResolverQueryLoggingConfigAssociation(this, 'QueryLoggingAssociation', {
      resolverQueryLogConfigId: logging.attrId,
      resourceId: props.vpcId,
    });
    this.inForce = new DependencyGroup(association, failsClosed, logged);
  }
}
