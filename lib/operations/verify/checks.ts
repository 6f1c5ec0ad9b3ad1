import type { VerifyCheck } from './check';
import { alarms } from './checks/alarms';
import { backup } from './checks/backup';
import { budget, stackBudget } from './checks/budget';
import { defaultGroup } from './checks/default-group';
import { deployment } from './checks/deployment';
import { dnsFirewall } from './checks/dns-firewall';
import { flowLogs } from './checks/flow-logs';
import { interfaces } from './checks/interfaces';
import { agentKey, stackKey } from './checks/keys';
import { auditLog, stackLogs } from './checks/logs';
import { machines } from './checks/machines';
import { metadata } from './checks/metadata';
import { neighbours } from './checks/neighbours';
import { networkAcls } from './checks/network-acls';
import { parameters } from './checks/parameters';
import { policyDeployed } from './checks/policy-deployed';
import { policyInForce } from './checks/policy-in-force';
import { prefixLists } from './checks/prefix-lists';
import { profile } from './checks/profile';
import { proxyRole } from './checks/proxy-role';
import { publicAddresses } from './checks/public-addresses';
import { queryLog } from './checks/query-log';
import { routes } from './checks/routes';
import { securityGroups } from './checks/security-groups';
import { subnets } from './checks/subnets';
import { alertTopic, containmentTopic } from './checks/topics';
import { volumes } from './checks/volumes';
import { vpc } from './checks/vpc';

/** In the order in which they are printed: what the agents share, then each agent. */
export const VERIFY_CHECKS: readonly VerifyCheck[] = [
  deployment,
  vpc,
  subnets,
  routes,
  prefixLists,
  networkAcls,
  securityGroups,
  defaultGroup,
  neighbours,
  dnsFirewall,
  queryLog,
  flowLogs,
  stackLogs,
  stackKey,
  alertTopic,
  containmentTopic,
  stackBudget,
  machines,
  interfaces,
  publicAddresses,
  profile,
  metadata,
  volumes,
  agentKey,
  proxyRole,
  parameters,
  policyDeployed,
  policyInForce,
  auditLog,
  alarms,
  backup,
  budget,
];
