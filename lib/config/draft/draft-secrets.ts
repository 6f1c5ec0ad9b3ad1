import { agentPrefix } from '../../../constructs/names';
import type { Problem } from '../model';
import { isRecord } from '../scalar';
import { ownSecret } from '../schema/agent-schema';
import { type Place, problemAt, type Source, valueAt } from '../source/source';
import { parseDuration } from '../values/duration';
import { checkParameterName } from '../values/parameter-name';
import { DEFAULT_TTL_SECONDS, type DraftSecret } from './draft';
import { readInjection } from './injection';

/** More than the schema allows, so that work stays bounded on any file. */
const MOST_SECRETS = 200;

interface Owner {
  readonly stack?: string;
  readonly agent?: string;
  /** Whether every preset is known. */
  readonly complete: boolean;
}

/** The agent's secrets: its own, and those of its presets with what the file says about them. */
export function draftSecrets(
  source: Source,
  brought: readonly DraftSecret[],
  owner: Owner,
  problems: Problem[],
): DraftSecret[] {
  const written = valueAt(source.value, ['secrets']);
  const own = new Map<string, DraftSecret>();
  for (const id of isRecord(written) ? Object.keys(written).slice(0, MOST_SECRETS) : []) {
    const place = { source, path: ['secrets', id] };
    const preset = brought.find((secret) => secret.id === id);
    own.set(id, preset ? overridden(preset, place, problems) : ownOne(id, place, owner, problems));
  }
  const rest = brought.filter(({ id }) => !own.has(id));
  return [...own.values(), ...rest].map((secret) => withParameter(secret, owner));
}

function ownOne(id: string, place: Place, owner: Owner, problems: Problem[]): DraftSecret {
  const value = valueAt(place.source.value, place.path);
  const missing = (key: string, fix: string) =>
    problems.push(problemAt({ ...place, path: [...place.path, key] }, { message: 'is missing', fix }));
  // It may be meant for a preset that could not be read: then what it lacks is there.
  if (owner.complete && isRecord(value)) {
    if (value.inject === undefined) {
      missing(
        'inject',
        'add where the value goes: inject: { header: Authorization, formatter: "Bearer {{ .Value }}" }',
      );
    }
    if (value.parameter === undefined) {
      const prefix = owner.stack && owner.agent ? agentPrefix(owner.stack, owner.agent) : '/<stack>/<agent>';
      missing('parameter', `add "parameter: ${prefix}/${id}"`);
    }
  }
  const inject = readInjection({ ...place, path: [...place.path, 'inject'] }, problems);
  return {
    id,
    place,
    ttlSeconds: ttlOf(value) ?? DEFAULT_TTL_SECONDS,
    ...parameterOf(value),
    ...(inject ? { inject } : {}),
  };
}

function overridden(preset: DraftSecret, place: Place, problems: Problem[]): DraftSecret {
  const value = valueAt(place.source.value, place.path);
  if (isRecord(value) && value.inject !== undefined) {
    const message = `belongs to the preset "${preset.preset}", which says where the value goes`;
    problems.push(
      problemAt({ ...place, path: [...place.path, 'inject'] }, { message, fix: 'remove inject' }),
    );
  }
  return { ...preset, place, ttlSeconds: ttlOf(value) ?? preset.ttlSeconds, ...parameterOf(value) };
}

function withParameter(secret: DraftSecret, { stack, agent }: Owner): DraftSecret {
  const said = valueAt(secret.place.source.value, [...secret.place.path, 'parameter']);
  if (
    secret.parameter !== undefined ||
    secret.preset === undefined ||
    said !== undefined ||
    !stack ||
    !agent
  ) {
    return secret;
  }
  return { ...secret, parameter: `${agentPrefix(stack, agent)}/${secret.id}` };
}

function parameterOf(value: unknown): { parameter?: string } {
  const parsed = ownSecret.shape.parameter.safeParse(valueAt(value, ['parameter']));
  return parsed.success && parsed.data !== undefined && !checkParameterName(parsed.data)
    ? { parameter: parsed.data }
    : {};
}

function ttlOf(value: unknown): number | undefined {
  const text = valueAt(value, ['ttl']);
  return typeof text === 'string' ? parseDuration(text) : undefined;
}
