export { reach } from './reach';
export type {
  Control,
  Destination,
  MachineReport,
  NotModelled,
  Party,
  PartyKind,
  ReachOptions,
  ReachReport,
  ReachResult,
  Violation,
} from './report';
export { reachTable } from './table';
export { parseTemplate } from './template/parse';
