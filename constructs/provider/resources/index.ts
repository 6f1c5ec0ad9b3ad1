import type { CustomResource } from '../function/custom-resource';
import { agentSecrets } from './agent-secrets/resource';
import { defaultSecurityGroup } from './default-security-group/resource';
import { dnsFirewallConfig } from './dns-firewall-config/resource';
import { logKeys } from './log-keys/resource';
import { monthlyBudget } from './monthly-budget/resource';
import { images } from './placement/images';
import { zone } from './placement/zone';
import { stateAttachment } from './state-attachment/resource';
import { vpc } from './vpc/resource';

/** Every resource type that the provider makes. */
export const resources: readonly CustomResource<unknown>[] = [
  agentSecrets as CustomResource<unknown>,
  defaultSecurityGroup as CustomResource<unknown>,
  logKeys as CustomResource<unknown>,
  images as CustomResource<unknown>,
  zone as CustomResource<unknown>,
  stateAttachment as CustomResource<unknown>,
  dnsFirewallConfig as CustomResource<unknown>,
  monthlyBudget as CustomResource<unknown>,
  vpc as CustomResource<unknown>,
];
