import type { PreflightCheck } from './check';
import { controlPlane } from './control-plane';
import { dnsFirewall } from './dns-firewall';
import { flowLogs } from './flow-logs';
import { killSwitch } from './kill-switch';
import { loss } from './loss';
import { pins } from './pins';
import { runtime } from './runtime';
import { scope } from './scope';
import { secretsInLogs } from './secrets-in-logs';
import { secretsSet } from './secrets-set';
import { spendLimit } from './spend-limit';
import { stateSource } from './state-source';
import { zone } from './zone';

/** In the order in which they are printed. */
export const PREFLIGHT_CHECKS: readonly PreflightCheck[] = [
  scope,
  secretsInLogs,
  loss,
  controlPlane,
  spendLimit,
  killSwitch,
  runtime,
  pins,
  secretsSet,
  flowLogs,
  stateSource,
  dnsFirewall,
  zone,
];
