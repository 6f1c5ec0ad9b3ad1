export type { Range } from '../constructs/address/range';
export type { AgentHost } from '../constructs/agent-host/agent-host';
export type { SkillEntry } from '../constructs/agent-host/runtimes/runtime';
export type { StateBackup } from '../constructs/agent-host/state-backup';
export type { AlertTopic } from '../constructs/audit/alert-topic';
export type { AirlockNetwork } from '../constructs/network/airlock-network';
export type { ProxyBox } from '../constructs/proxy/proxy-box';
export { AgentCell, type AgentCellProps, type AgentImages } from './agent-cell';
export type * from './agent-settings';
export {
  AirlockEnvironment,
  type AirlockEnvironmentProps,
  type AuditSettings,
  type NetworkSettings,
} from './airlock-environment';
export { AirlockStack, type AirlockStackProps } from './airlock-stack';
export { formatProblem, type Loaded, loadAirlock } from './config';
export type {
  Agent,
  Airlock,
  AwsAuth,
  Baseline,
  Capped,
  Caps,
  EgressRule,
  FrontLimits,
  Injection,
  Period,
  PinnedImage,
  PinnedRelease,
  Problem,
  Quantity,
  Secret,
  Usual,
  UsualUse,
} from './config/model';
export { CAPPED, PERIODS, QUANTITIES } from './config/model';
export {
  LIMITS,
  type LimitId,
  type Limits,
  MODES,
  type Mode,
  SIGNALS,
  type SignalId,
} from './config/values/signals';
export { AirlockChecks, type GuardrailsOff } from './guardrails';
export { type CompiledPolicy, compilePolicy, type Decision, decide, type PolicyRequest } from './policy';
export type { DecidedAgent, DecidedNetwork } from './policy/decided';
export type { DecidedBy } from './policy/decision';
export type { Route } from './policy/wire';
export { type ReachOptions, type ReachResult, reach } from './reach';
export type {
  Control,
  Destination,
  MachineReport,
  MetadataReport,
  NotModelled,
  Party,
  PartyKind,
  ReachReport,
  ResolverReport,
  Violation,
} from './reach/report';
