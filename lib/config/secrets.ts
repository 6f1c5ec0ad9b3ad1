import { agentPrefix } from '../../constructs/names';
import { isRecord } from '../json';
import type { Problem } from './model';
import { DEFAULT_TTL_SECONDS, type ParsedSecret } from './parsed';
import { quote } from './quote';
import type { AgentFile } from './schema/agent-schema';
import type { Settings } from './schema/read';
import type { OwnSecret } from './schema/secret-schema';
import { type Place, problemAt, type Source, valueAt } from './source/source';

interface Context {
  readonly stack?: string;
  /** The secrets of the agent's presets. */
  readonly brought: readonly ParsedSecret[];
  /** Whether every preset of the agent has no problems. */
  readonly complete: boolean;
}

interface Found {
  readonly secret: ParsedSecret;
  readonly problems: Problem[];
}

/** The agent's own secrets, and those of its presets with the settings that the file overrides. */
export function parseSecrets(
  source: Source,
  { name, secrets: written }: Settings<AgentFile>,
  { stack, brought, complete }: Context,
): { readonly secrets: ParsedSecret[]; readonly problems: Problem[] } {
  const raw = valueAt(source.value, ['secrets']);
  // A secret that failed to parse still has its id.
  const ids = written && isRecord(raw) ? Object.keys(raw) : [];
  const found = ids.map((id): Found => {
    const place = { source, path: ['secrets', id] };
    const preset = brought.find((secret) => secret.id === id);
    return preset
      ? ofPreset(preset, written?.[id] ?? {}, place)
      : ofFile(id, written?.[id] ?? {}, place, complete);
  });
  const all = [...found.map(({ secret }) => secret), ...brought.filter(({ id }) => !ids.includes(id))];
  const prefix = stack && name ? agentPrefix(stack, name) : undefined;
  return {
    secrets: prefix ? all.map((secret) => withParameter(secret, prefix)) : all,
    problems: found.flatMap(({ problems }) => problems),
  };
}

function ofFile(
  id: string,
  { parameter, inject, ttl }: Partial<OwnSecret>,
  place: Place,
  complete: boolean,
): Found {
  const value = valueAt(place.source.value, place.path);
  const fix = 'add where the value goes: inject: { header: Authorization, formatter: "Bearer {{ .Value }}" }';
  return {
    secret: { id, place, parameter, inject, ttlSeconds: ttl ?? DEFAULT_TTL_SECONDS },
    // An entry without inject may override the secret of a preset that has problems.
    problems:
      complete && isRecord(value) && value.inject === undefined
        ? [problemAt({ ...place, path: [...place.path, 'inject'] }, { message: 'is missing', fix })]
        : [],
  };
}

function ofPreset(preset: ParsedSecret, { parameter, ttl }: Partial<OwnSecret>, place: Place): Found {
  const path = [...place.path, 'inject'];
  const message = `belongs to the preset ${quote(preset.preset)}, which says where the value goes`;
  return {
    secret: { ...preset, place, parameter, ttlSeconds: ttl ?? preset.ttlSeconds },
    problems:
      valueAt(place.source.value, path) === undefined
        ? []
        : [problemAt({ ...place, path }, { message, fix: 'remove inject' })],
  };
}

/** The default parameter is `<prefix>/<id>`. A wrong parameter gets no default. */
function withParameter(secret: ParsedSecret, prefix: string): ParsedSecret {
  const written = valueAt(secret.place.source.value, [...secret.place.path, 'parameter']);
  return secret.parameter === undefined && written === undefined
    ? { ...secret, parameter: `${prefix}/${secret.id}` }
    : secret;
}
