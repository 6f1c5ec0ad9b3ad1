export { allHeadersBut, REFUSED_HEADERS } from './all-headers-but';
export { type CompiledPolicy, compilePolicy } from './compile';
export { decide } from './decide';
export type { DecidedBy, Decision } from './decision';
export { denyCidrs } from './deny-cidrs';
export { ironProxyGrammar } from './grammar';
export { isWellFormedPattern } from './path-match';
export type { PolicyRequest, Route } from './wire';
