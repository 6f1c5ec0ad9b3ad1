export type { Loaded } from './assemble';
export { DEFAULT_CONFIG } from './config-files';
export { formatProblem } from './format-problem';
export { loadAirlock } from './load';
export * from './model';
export { jsonSchemas } from './schema/json-schemas';
export { parseFormatter, renderFormatter } from './values/formatter';
