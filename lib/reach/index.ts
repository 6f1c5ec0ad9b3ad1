/**
 * What can reach what, computed from a CloudFormation template alone; `reach()` lists the steps. `template/` reads a
 * template and its intrinsic functions, `network/` the network that it deploys; `flows/` computes the traffic between its
 * parts, `invariants/` and `findings/` which laws that breaks. `address/` is the arithmetic of packets and rules.
 *
 * What a template doesn't decide is assumed at its worst: an unknown block is any address, a permission that may not be
 * deployed allows, a denial that may not be deployed denies nothing. Nested stacks, macros and services of unknown types
 * (assumed to be network interfaces in the subnets that they name) aren't computed; the report names each one. Policies of
 * endpoints, and programs that forward for others, are out of scope.
 */
export { reach } from './reach';
export type {
  Destination,
  NotModelled,
  ReachOptions,
  ReachReport,
  ReachResult,
} from './report';
export { reachTable } from './table';
export { parseTemplate } from './template/parse';
export { unseen } from './unseen';
