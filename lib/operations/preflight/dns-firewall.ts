import { fail, notApplicable, type PreflightCheck, pass, type Verdict } from './check';
import type { LiveDnsFirewall } from './live';

/** The deployed firewall may differ from the template. */
export const dnsFirewall: PreflightCheck = {
  id: 'dns-firewall',
  title: 'the VPC resolver answers nothing, and fails closed',
  run: async ({ airlock, live }) => {
    if (airlock.network.dns === 'off') return notApplicable('network.dns is off: there is no VPC resolver');
    if (!live) return notApplicable('only the deployed stack knows: run it with --live');
    return judgeDnsFirewall(await live.dnsFirewall());
  },
};

export function judgeDnsFirewall({ vpc, blocksEveryName, failsOpen }: LiveDnsFirewall): Verdict {
  if (!blocksEveryName) {
    return fail(
      `the DNS firewall of ${vpc} does not block every name`,
      'remove the rule groups that were added to the VPC, and deploy the stack again',
    );
  }
  return failsOpen
    ? fail(
        `the DNS firewall of ${vpc} lets queries through when it fails`,
        `run aws route53resolver update-firewall-config --resource-id ${vpc} --firewall-fail-open DISABLED`,
      )
    : pass(`the DNS firewall of ${vpc} blocks every name, and fails closed`);
}
