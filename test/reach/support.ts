import { type Destination, type ReachOptions, type ReachReport, reach } from '../../lib/reach';
import { portsName } from '../../lib/reach/address/protocol';
import { pinned, templateOf } from '../stack/synthesise';
import { kitAirlock } from '../support/arbitrary-airlock';
import { fixture, type Json } from '../support/templates';

export { fixture, type Json };

/** The shipped template. */
export const KIT: Json = templateOf(pinned(kitAirlock()));

export function reportOf(template: unknown, options?: ReachOptions): ReachReport {
  const result = reach(template, options);
  if (!result.ok) throw new Error(`not a template: ${result.problems.join('; ')}`);
  return result.report;
}

/** `> internet 0.0.0.0/0 tcp 443`: outbound; `<`: inbound; without what is on every machine's link. */
export function linesOf(report: ReachReport, machine = 'Agent'): string[] {
  const found = report.machines.find((each) => each.id === machine);
  if (found === undefined) throw new Error(`no machine ${machine}`);
  return found.destinations
    .filter((each) => !['imds', 'time-sync'].includes(each.destination.kind))
    .map(lineOf);
}

function lineOf({ direction, destination, protocol, ports, replyPorts }: Destination): string {
  const { kind, id, cidr } = destination;
  const service = protocol === 'tcp' || protocol === 'udp' ? `${protocol} ${portsName(ports)}` : protocol;
  const replies =
    replyPorts === undefined ? [] : replyPorts.length === 0 ? ['one-way'] : [`from ${portsName(replyPorts)}`];
  return [direction === 'outbound' ? '>' : '<', kind, id, cidr, service, ...replies]
    .filter(Boolean)
    .join(' ');
}

/** Which laws are broken, each once, in order of appearance. */
export function brokenIn(report: ReachReport): string[] {
  return [...new Set(report.violations.map((violation) => violation.invariant))];
}

/** The way to every value of a template. */
export function leavesOf(value: Json, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [[...path, key], ...leavesOf(value[key], [...path, key])]);
}
