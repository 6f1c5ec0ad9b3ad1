export { AgentCell, type AgentCellProps } from '../constructs/agent-cell';
export { AirlockEnvironment, type AirlockEnvironmentProps } from '../constructs/airlock-environment';
export { AirlockNetwork, type AirlockNetworkProps } from '../constructs/network/airlock-network';
export { AirlockStack, type AirlockStackProps } from './airlock-stack';
export { formatProblem, loadAirlock } from './config';
export type { Agent, Airlock, EgressRule, Problem, Secret } from './config/model';
export { AirlockChecks } from './guardrails';
export { compilePolicy, decide } from './policy';
export { reach } from './reach';
