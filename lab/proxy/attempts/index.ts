import type { ProxyAttempt } from '../plan/attempt';
import { AUTHORITY } from './authority';
import { CANARY_ATTEMPTS } from './canaries';
import { DIALLING } from './dialling';
import { DOWNGRADE } from './downgrade';
import { FINDINGS } from './findings';
import { HTTP2 } from './http2';
import { NAMES } from './names';
import { PLAINTEXT, UPGRADES } from './plaintext';
import { SECRETS } from './secrets';
import { SMUGGLING } from './smuggling';
import { FAILING, GATELESS, QUOTAS, STRAIN, UNSET } from './strain';
import { OVERRIDING, TARGETS } from './targets';
import { PROXY_TOOLS } from './tools';

/** Every attempt on the proxy boxes, in the order of the report. The tools begin: they take longest. */
export const PROXY_ATTEMPTS: readonly ProxyAttempt[] = [
  ...PROXY_TOOLS,
  ...NAMES,
  ...PLAINTEXT,
  ...UPGRADES,
  ...HTTP2,
  ...DOWNGRADE,
  ...AUTHORITY,
  ...SMUGGLING,
  ...TARGETS,
  ...OVERRIDING,
  ...SECRETS,
  ...CANARY_ATTEMPTS,
  ...DIALLING,
  ...STRAIN,
  ...QUOTAS,
  ...UNSET,
  ...FINDINGS,
  ...FAILING,
  ...GATELESS,
];
