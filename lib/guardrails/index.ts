export { AirlockChecks } from './airlock-checks';
export { type Judgement, judge } from './judge';
export type { Finding, Rule } from './rule';
export { RULES } from './rules';
