/**
 * What can reach what, computed from a CloudFormation template alone. In the order of the work: `template/` reads a
 * template and its intrinsic functions, `network/` the network it deploys, `flows/` what passes between whom,
 * `invariants/` and `findings/` which laws that breaks. `address/` is the arithmetic of addresses, ports and rules.
 *
 * What a template doesn't decide is taken at its worst: an unknown block is any address, an allowance that may not
 * be deployed allows, a denial that may not be deployed denies nothing. Not computed, and named in the report when
 * they are there: nested stacks, macros, services of unknown types (taken for network interfaces in the subnets they
 * name). Policies of endpoints and what programs pass on for others are beyond a network's reach.
 */
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
export { unseen } from './unseen';
