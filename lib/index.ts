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
  Caps,
  EgressRule,
  FrontLimits,
  Injection,
  PinnedImage,
  PinnedRelease,
  Problem,
  Secret,
} from './config/model';
export type { Limits, Mode, SignalId } from './config/values/signals';
export { AirlockChecks, type GuardrailsOff } from './guardrails';
export { type CompiledPolicy, compilePolicy, type Decision, decide, type PolicyRequest } from './policy';
export type { DecidedAgent, DecidedNetwork } from './policy/decided';
export { type ReachOptions, type ReachResult, reach } from './reach';
