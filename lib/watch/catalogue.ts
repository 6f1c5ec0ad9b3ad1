import type { SignalId } from '../config/values/signals';
import type { Signal } from './signal';
import { actions } from './signals/actions';
import { archiveLate } from './signals/archive-late';
import { asksForGrant } from './signals/asks-for-grant';
import { backupFailed } from './signals/backup-failed';
import { boxReasons } from './signals/box-reasons';
import { bytesOut } from './signals/bytes-out';
import { caExpiring } from './signals/ca-expiring';
import { canarySeen } from './signals/canary-seen';
import { chainBroken } from './signals/chain-broken';
import { cpuPegged } from './signals/cpu-pegged';
import { driftingUse } from './signals/drifting-use';
import { flowLogsUndelivered } from './signals/flow-logs-undelivered';
import { grantOpened } from './signals/grant-opened';
import { machineDown } from './signals/machine-down';
import { modelCalls } from './signals/model-calls';
import { modelSpend } from './signals/model-spend';
import { newHost } from './signals/new-host';
import { packageInstalls } from './signals/package-installs';
import { parameterChanged } from './signals/parameter-changed';
import { policyChanged } from './signals/policy-changed';
import { pushes } from './signals/pushes';
import { recordsLate } from './signals/records-late';
import { refusals } from './signals/refusals';
import { rejectedFlows } from './signals/rejected-flows';
import { resolverQuery } from './signals/resolver-query';
import { scanSilent } from './signals/scan-silent';
import { secretInState } from './signals/secret-in-state';
import { secretRead } from './signals/secret-read';
import { unusualHour } from './signals/unusual-hour';

/** Every signal, by its id. */
export const CATALOGUE: Readonly<Record<SignalId, Signal>> = {
  actions,
  'archive-late': archiveLate,
  'asks-for-grant': asksForGrant,
  'backup-failed': backupFailed,
  'box-reasons': boxReasons,
  'bytes-out': bytesOut,
  'ca-expiring': caExpiring,
  'canary-seen': canarySeen,
  'chain-broken': chainBroken,
  'cpu-pegged': cpuPegged,
  'drifting-use': driftingUse,
  'flow-logs-undelivered': flowLogsUndelivered,
  'grant-opened': grantOpened,
  'machine-down': machineDown,
  'model-calls': modelCalls,
  'model-spend': modelSpend,
  'new-host': newHost,
  'package-installs': packageInstalls,
  'parameter-changed': parameterChanged,
  'policy-changed': policyChanged,
  pushes,
  'records-late': recordsLate,
  refusals,
  'rejected-flows': rejectedFlows,
  'resolver-query': resolverQuery,
  'scan-silent': scanSilent,
  'secret-in-state': secretInState,
  'secret-read': secretRead,
  'unusual-hour': unusualHour,
};
