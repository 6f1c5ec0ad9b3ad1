export { AirlockChecks } from './airlock-checks';
export { guard } from './guard';
export { judge } from './judge';
export type { GuardrailsOff } from './opt-out';
export { RULES } from './rules';
