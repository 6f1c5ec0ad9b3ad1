export { AgentCell, type AgentCellProps, type AgentImages } from './agent-cell';
export type * from './agent-settings';
export {
  AirlockEnvironment,
  type AirlockEnvironmentProps,
  type AuditSettings,
  type NetworkSettings,
} from './airlock-environment';
export { AirlockStack, type AirlockStackProps } from './airlock-stack';
export { formatProblem, loadAirlock } from './config';
export type { Agent, Airlock, EgressRule, Problem, Secret } from './config/model';
export { AirlockChecks, type GuardrailsOff } from './guardrails';
export { compilePolicy, decide } from './policy';
export { reach } from './reach';
