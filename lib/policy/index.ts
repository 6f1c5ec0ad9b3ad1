export { type CompiledPolicy, compilePolicy } from './compile';
export { decide } from './decide';
export type { DecidedBy, Decision } from './decision';
export { denyCidrs } from './document/never-dialled';
export { allHeadersBut, REFUSED_HEADERS } from './document/refused-headers';
export { type Explanation, explain, type Sent, type Verdict } from './explain';
export type { PolicyRequest, Route } from './wire';
