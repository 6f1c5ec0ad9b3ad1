import type { Draft, DraftAgent } from './draft/draft';
import type { Locks } from './locks';
import type { Agent, Airlock, EgressRule, Secret } from './model';
import { agentSchema } from './schema/agent-schema';
import { airlockSchema } from './schema/airlock-schema';
import type { Source } from './source/source';
import { onlyReads } from './values/http-method';

/** The model of a configuration without problems. */
export function finish(source: Source, draft: Draft, locks: Locks): Airlock {
  const airlock = airlockSchema.parse(source.value);
  const agents = draft.agents.map(finishAgent).sort((a, b) => (a.name < b.name ? -1 : 1));
  const { zones, ...pins } = locks;
  const { region, zone = zones.find((line) => line.region === region)?.zone } = airlock.env;
  return { ...airlock, env: { ...airlock.env, ...(zone && { zone }) }, agents, ...pins };
}

function finishAgent(draft: DraftAgent): Agent {
  const { egress: _entries, secrets: _texts, ...agent } = agentSchema.parse(draft.source.value);
  return {
    ...agent,
    egress: draft.rules.map(({ place: _place, kind: _kind, risk, ...rule }): EgressRule => {
      // Role bounds and the preset's own check leave only reading rules without a stated risk.
      return { ...rule, risk: risk ?? (onlyReads(rule.methods) ? 'low' : 'high') };
    }),
    secrets: draft.secrets.map(({ place, id, parameter, inject, ttlSeconds }): Secret => {
      if (parameter === undefined || inject === undefined) {
        throw new Error(
          `secret ${id} at ${place.path.join('.')} passed the checks without parameter or injection`,
        );
      }
      return { id, parameter, inject, ttlSeconds };
    }),
    file: draft.source.file,
  };
}
