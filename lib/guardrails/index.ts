export { AirlockChecks } from './airlock-checks';
export { guard } from './guard';
export { type Judgement, judge } from './judge';
export type { GuardrailsOff } from './opt-out';
export type { Finding, Rule } from './rule';
export { RULES } from './rules';
