import type { Agent, Airlock, Caps, EgressRule } from '../../config/model';
import { type FlowValue, flow, list, scalar } from './emit';

/** Document 3: what the gate needs besides the allowlist, in the order of its rules (gate-document.ts). */
export function gateDocument(airlock: Airlock, agent: Agent, inForce: readonly EgressRule[]): string[] {
  const placeholders = agent.secrets.flatMap(({ id, inject }) =>
    inject.kind === 'path' ? flow({ secret: id, placeholder: inject.placeholder }) : [],
  );
  return [
    'gate:',
    `  vpc: ${scalar(airlock.network.cidr)}`,
    `  caps: ${capsText(agent.caps)}`,
    ...(placeholders.length > 0 ? list('placeholders', placeholders, '  ') : []),
    ...list('rules', inForce.map(ruleText), '  '),
  ];
}

function ruleText({ id, secret, risk, caps }: EgressRule): string {
  if (secret === undefined && risk === 'low' && caps === undefined) return scalar(id);
  const written = flow({ id, secret, ...(risk !== 'low' && { risk }) });
  return caps === undefined ? written : `${written.slice(0, -1)}, caps: ${capsText(caps)} }`;
}

/** A blank after each inner mapping: two closing braces in a row may not be in a parameter. */
function capsText(caps: Caps): string {
  const entries = Object.entries(caps).flatMap(([of, periods]) =>
    periods === undefined ? [] : `${of}: ${flow(periods as Record<string, FlowValue | undefined>)}`,
  );
  return `{${entries.join(', ')} }`;
}
