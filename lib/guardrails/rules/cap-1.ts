import { memoryFault } from '../../../constructs/proxy/memory';
import { CAPPED, PERIODS } from '../../config/model';
import { fieldOf } from '../../json';
import { frontSettings } from '../../policy/document/front';
import { textOf } from '../../reach/template/value';
import { type Finding, inEachPolicy, type Report, type Rule, reportAt } from '../rule';
import type { Cell } from '../template/cell';
import type { Policy } from '../template/policy';
import { RECOMPILE } from './policy-delivery';

export const cap1: Rule = {
  id: 'CAP-1',
  law: 'a proxy box has limits of memory, connections, requests, bytes and records, and its machine holds them',
  check: (stack) => [...stack.cells.flatMap(memory), ...inEachPolicy(stack, limits)],
};

function memory({ agent, proxies }: Cell): Finding[] {
  return proxies.flatMap((proxy) => {
    const type = textOf(proxy.get('InstanceType')) ?? '';
    const fault = type === '' ? 'has no instance type in this template' : memoryFault(type);
    return fault === undefined
      ? []
      : reportAt(proxy.id)(
          `the proxy box of "${agent}" (${type}) ${fault}`,
          'use t4g.micro or a larger type',
        );
  });
}

function limits({ proxy, warden, gate }: Policy, finding: Report): Finding[] {
  const missing = CAPPED.flatMap((of) =>
    PERIODS.map((period) => ['caps', of, period] as const).filter(
      (path) => !isPositive(fieldOf(gate, ...path)),
    ),
  ).map((path) => finding(`gate.${path.join('.')} sets no limit`, RECOMPILE));
  const front = frontSettings.safeParse(fieldOf(warden, 'front')).success;
  const buffered = isPositive(fieldOf(proxy, 'proxy', 'max_request_body_bytes'));
  return [
    ...missing,
    ...(front ? [] : [finding('airlock.front does not bound the connections to the proxy box', RECOMPILE)]),
    ...(buffered || fieldOf(gate, 'bodies') === undefined
      ? []
      : [finding('proxy.max_request_body_bytes sets no limit, and bodies are read into memory', RECOMPILE)]),
  ];
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}
