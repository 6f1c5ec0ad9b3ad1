export { type CompiledPolicy, compilePolicy } from './compile';
export { decide } from './decide';
export type { DecidedBy, Decision } from './decision';
export { denyCidrs } from './document/never-dialled';
export { allHeadersBut, REFUSED_HEADERS } from './document/refused-headers';
export { isWellFormedPattern } from './path-match';
export type { PolicyRequest, Route } from './wire';
export { type Explained, type Sent, withBody } from './with-body';
