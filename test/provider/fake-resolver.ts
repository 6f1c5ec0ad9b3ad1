import type { JsonCall, JsonClient } from '../../constructs/provider/function/json-service';

/** Route 53 Resolver as far as a VPC's DNS firewall configuration goes. */
export class FakeResolver implements JsonClient {
  readonly calls: JsonCall[] = [];
  /** By VPC; AWS's own default is DISABLED. */
  readonly failOpen = new Map<string, string>();
  fault: (operation: string) => Error | undefined = () => undefined;
  /** Somebody else who sets it back. */
  isStubborn = false;

  async send(call: JsonCall): Promise<unknown> {
    this.calls.push(call);
    const fault = this.fault(call.operation);
    if (fault) throw fault;
    const { ResourceId, FirewallFailOpen } = call.input as Record<string, string>;
    if (call.operation === 'UpdateFirewallConfig' && !this.isStubborn) {
      this.failOpen.set(ResourceId as string, FirewallFailOpen as string);
    }
    const state = this.failOpen.get(ResourceId as string) ?? 'DISABLED';
    return { FirewallConfig: { Id: 'rslvr-fc-1', ResourceId, FirewallFailOpen: state } };
  }
}
