import { ACTIONS, type Agent, type Airlock, type EgressRule, WHOLE } from '../../config/model';
import type { BodyRule } from '../../config/values/body-rule';
import { type FlowMapping, type FlowValue, flow, list, scalar, value } from './emit';

/** Document 3: what the gate needs besides the allowlist, in the order of its rules (gate-document.ts). */
export function gateDocument(airlock: Airlock, agent: Agent, inForce: readonly EgressRule[]): string[] {
  const placeholders = agent.secrets.flatMap(({ id, inject }) =>
    inject.kind === 'path' ? flow({ secret: id, placeholder: inject.placeholder }) : [],
  );
  const bodies = agent.egress.flatMap(({ id, body }) => (body ? bodyText(id, body) : []));
  const usual = Object.entries(agent.baseline?.rules ?? {}).filter(
    ([rule]) => rule === WHOLE || rule === ACTIONS || agent.egress.some(({ id }) => id === rule),
  );
  return [
    'gate:',
    `  vpc: ${scalar(airlock.network.cidr)}`,
    `  caps: ${flow(agent.caps as FlowMapping)}`,
    ...(Object.keys(agent.watch.limits).length > 0 ? [`  watch: ${flow(agent.watch.limits)}`] : []),
    ...(agent.spend ? [`  spend: ${flow(agent.spend.model as FlowMapping)}`] : []),
    ...(usual.length > 0
      ? [
          '  usual:',
          ...usual.map(([rule, use]) => `    ${scalar(rule)}: ${flow(use as unknown as FlowMapping)}`),
        ]
      : []),
    ...(placeholders.length > 0 ? list('placeholders', placeholders, '  ') : []),
    ...list('rules', inForce.map(ruleText), '  '),
    ...(bodies.length > 0 ? ['  bodies:', ...bodies] : []),
  ];
}

function ruleText({ id, secret, risk, caps }: EgressRule): string {
  if (secret === undefined && risk === 'low' && caps === undefined) return scalar(id);
  return flow({ id, secret, ...(risk !== 'low' && { risk }), caps: caps as FlowMapping | undefined });
}

/** One field a line, so that a diff shows exactly the changed field. */
function bodyText(id: string, { json, shapes, ...settings }: BodyRule): string[] {
  return [
    `    ${scalar(id)}:`,
    ...lines(settings, 6),
    ...(json ? ['      json:', ...lines(json, 8)] : []),
    ...(shapes ? ['      shapes:'] : []),
    ...Object.entries(shapes ?? {}).flatMap(([name, shape]) => [
      `        ${scalar(name)}:`,
      ...lines(shape, 10),
    ]),
  ];
}

function lines(entries: object, indent: number): string[] {
  return Object.entries(entries as Record<string, FlowValue | undefined>).flatMap(([key, given]) =>
    given === undefined ? [] : [`${' '.repeat(indent)}${scalar(key)}: ${value(given)}`],
  );
}
