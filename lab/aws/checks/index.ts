import type { Check } from '../check';
import { account } from './account';
import { agentBoot } from './agent-boot';
import { audit } from './audit';
import { backup } from './backup';
import { budgets } from './budgets';
import { containment } from './containment';
import { deploy } from './deploy';
import { destroy } from './destroy';
import { dns } from './dns';
import { drift } from './drift';
import { flowLogs } from './flow-logs';
import { healthAlarm } from './health-alarm';
import { kernelSettings } from './kernel-settings';
import { memory } from './memory';
import { pathMtu } from './path-mtu';
import { preflight } from './preflight';
import { proxyBoot } from './proxy-boot';
import { replacements } from './replacement';
import { restore } from './restore';
import { comeBack } from './return';
import { rootDevice } from './root-device';
import { secondAgent } from './second-agent';
import { secondDeployment } from './second-deployment';
import { secret } from './secret';
import { state } from './state';

/** In the order of the run: checks that change the stack come after checks that only read. */
export const CHECKS: readonly Check[] = [
  account,
  deploy,
  rootDevice,
  agentBoot,
  proxyBoot,
  memory,
  kernelSettings,
  pathMtu,
  secret,
  audit,
  flowLogs,
  budgets,
  dns,
  healthAlarm,
  state,
  backup,
  preflight,
  containment,
  secondDeployment,
  drift,
  secondAgent,
  ...replacements,
  destroy,
  comeBack,
  restore,
];

/** The named check and everything that it needs, in order; undefined when there is no such check. */
export function only(id: string, checks: readonly Check[] = CHECKS): Check[] | undefined {
  const wanted = new Set([id]);
  for (const check of [...checks].reverse()) {
    if (wanted.has(check.id)) for (const need of check.needs) wanted.add(need);
  }
  return checks.some((check) => check.id === id) ? checks.filter((check) => wanted.has(check.id)) : undefined;
}
