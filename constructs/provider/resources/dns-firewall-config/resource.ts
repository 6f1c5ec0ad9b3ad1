import type { CustomResource } from '../../function/custom-resource';
import { JsonCall } from '../../function/json-service';
import { record, text } from '../../function/properties';
import { Refusal, refusalOf } from '../../function/refusal';

export const DNS_FIREWALL_CONFIG_TYPE = 'Custom::AirlockDnsFirewallConfig';

/** Named as `AWS::Route53Resolver::FirewallConfig` names them, which CloudFormation describes and can't create. */
export interface DnsFirewallConfigProperties {
  /** The VPC. */
  readonly ResourceId: string;
  readonly FirewallFailOpen: 'DISABLED';
}

/** NET-3: sets what a VPC's DNS firewall does when it fails, and reads it back. */
export const dnsFirewallConfig: CustomResource<DnsFirewallConfigProperties> = {
  type: DNS_FIREWALL_CONFIG_TYPE,
  read(from) {
    const properties = record(from);
    text(properties, 'FirewallFailOpen', /^DISABLED$/, '"DISABLED"');
    return {
      ResourceId: text(properties, 'ResourceId', /^vpc-[0-9a-f]{8,32}$/, 'a VPC id'),
      FirewallFailOpen: 'DISABLED',
    };
  },
  physicalId: ({ ResourceId }) => `${ResourceId} DNS firewall`,
  async ensure({ properties, signal }, { resolver }) {
    const { ResourceId } = properties;
    const client = resolver();
    const call = async (operation: string, input: Readonly<Record<string, unknown>>) => {
      try {
        return record(await client.send(new JsonCall(operation, input), { abortSignal: signal }));
      } catch (error) {
        throw refusalOf(`route53resolver:${operation}`, ResourceId, error);
      }
    };
    await call('UpdateFirewallConfig', { ...properties });
    const { FirewallConfig } = await call('GetFirewallConfig', { ResourceId });
    const { FirewallFailOpen } = record(FirewallConfig);
    if (FirewallFailOpen !== properties.FirewallFailOpen) {
      throw new Refusal(
        `the DNS firewall of "${ResourceId}" does not fail closed after it was told to: look for who else sets it, then deploy again`,
      );
    }
    return { reason: 'the DNS firewall fails closed' };
  },
  // Leaving the firewall mode switches DNS support off or destroys the VPC: the resolver answers in neither case.
  remove: async () => ({ reason: 'the configuration goes with its VPC' }),
};
