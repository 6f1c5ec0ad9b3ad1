import type * as logs from 'aws-cdk-lib/aws-logs';
import * as resolver from 'aws-cdk-lib/aws-route53resolver';
import { Construct, DependencyGroup, type IDependable } from 'constructs';
import type { Provider } from '../provider/provider';
import { dnsFirewallConfigPermissions } from '../provider/resources/dns-firewall-config/permissions';

export interface DnsFirewallProps {
  readonly vpcId: string;
  /** Where every question is written down. */
  readonly queryLog: logs.ILogGroup;
  /** Sets the firewall to fail closed. */
  readonly provider: Provider;
}

/**
 * Silences the VPC resolver. Security groups, network ACLs and routes don't filter it (VPC user guide, "Security"),
 * and it resolves any public name: left alone it is an open tunnel out of an otherwise sealed subnet.
 *
 * **Resources**: DNS firewall rule group that blocks every name, its association, resolver query logging, and a custom
 * resource that sets the firewall to fail closed.
 *
 * **Security considerations**: NET-3. A DNS firewall fails closed unless somebody says otherwise (Route 53 developer
 * guide, "DNS Firewall VPC configuration"); the custom resource says it, because CloudFormation describes
 * `AWS::Route53Resolver::FirewallConfig` and can't create it. Nothing in this VPC has reason to ask the resolver (the
 * DHCP options name others), so a single line in the query log is an alarm (see ResolverAlarm).
 */
export class DnsFirewall extends Construct {
  /** Once these exist, the VPC resolver answers nothing and every question is written down. */
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
      // Not protected against mutation: CloudFormation itself couldn't take it away again, with the mode or the stack.
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
