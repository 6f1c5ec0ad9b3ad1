import type { Problem } from '../model';
import { DEFAULT_TTL_SECONDS, type ParsedAirlock, type ParsedRule, type ParsedSecret } from '../parsed';
import type { Preset, PresetRule } from '../schema/preset-schema';
import { type Place, problemAt, valueAt } from '../source/source';
import { type Mirror, parseMirror } from '../values/mirror-url';
import { readParameters } from './parameters';
import { fill, type Item, type Scope } from './template';

interface Unfolded {
  readonly rules: ParsedRule[];
  readonly secrets: ParsedSecret[];
  readonly problems: Problem[];
}

/** The rules and secrets that a preset gives to one agent. */
export function unfold(
  preset: Preset,
  given: unknown,
  place: Place,
  airlock: ParsedAirlock | undefined,
): Unfolded {
  const problems: Problem[] = [];
  const named = { ...place, path: [...place.path, 'preset'] };
  const scope = new Map(readParameters(preset, given, place, problems));
  const url = preset.mirror && airlock?.settings.mirrors?.[preset.mirror];
  const mirror = url === undefined ? undefined : parseMirror(url);
  if (mirror && 'host' in mirror) {
    scope.set('mirror', [mirrorItem(mirror)]);
  } else if (preset.mirror !== undefined) {
    if (airlock && lacksMirror(airlock, preset.mirror)) {
      const message = `needs mirrors.${preset.mirror}, which airlock.yaml does not set`;
      const fix = `add "${preset.mirror}: https://…" under mirrors in airlock.yaml: the kit names no mirror itself`;
      problems.push(problemAt(named, { message, fix }));
    }
    return { rules: [], secrets: secretsOf(preset, place), problems };
  }
  const rules =
    problems.length > 0 ? [] : preset.rules.flatMap((rule) => unfoldRule(rule, preset, scope, place));
  if (problems.length === 0 && rules.length === 0) {
    const asks = Object.keys(preset.with).join(', ');
    problems.push(
      problemAt(named, {
        message: 'would open nothing as it is used here',
        fix: `name something under with: ${asks}`,
      }),
    );
  }
  return { rules, secrets: secretsOf(preset, place), problems };
}

function unfoldRule(rule: PresetRule, preset: Preset, scope: Scope, place: Place): ParsedRule[] {
  const paths = rule.paths.flatMap((path) => fill(path, scope));
  const [host, ...more] = fill(rule.host, scope);
  if (host === undefined || more.length > 0 || paths.length === 0) {
    return [];
  }
  const { id, methods, secret, risk, because, awsAuth } = rule;
  const [region] = awsAuth ? fill(awsAuth.region, scope) : [];
  return [
    {
      id: `${preset.name}/${id}`,
      host,
      methods,
      paths: [...new Set(paths)],
      ...(secret === undefined ? {} : { secret }),
      ...(awsAuth && region !== undefined
        ? {
            awsAuth: {
              service: awsAuth.service,
              region,
              actions: awsAuth.actions,
              resources: [...new Set(awsAuth.resources.flatMap((resource) => fill(resource, scope)))],
            },
          }
        : {}),
      ...(risk === undefined ? {} : { risk }),
      ...(because === undefined ? {} : { because }),
      preset: preset.name,
      kind: preset.kind,
      place,
    },
  ];
}

function secretsOf(preset: Preset, place: Place): ParsedSecret[] {
  return Object.entries(preset.secrets).map(([id, { inject, ttl }]) => ({
    id,
    inject,
    ttlSeconds: ttl ?? DEFAULT_TTL_SECONDS,
    place,
    preset: preset.name,
    kind: preset.kind,
  }));
}

/** Whether `airlock.yaml` has no such mirror, as opposed to a wrong one. */
function lacksMirror({ source, settings }: ParsedAirlock, mirror: string): boolean {
  return settings.mirrors !== undefined && valueAt(source.value, ['mirrors', mirror]) === undefined;
}

/** Debian's security archive is at the main archive's path plus "-security". */
function mirrorItem({ host, path }: Mirror): Item {
  return { self: host, fields: { host: [host], path: [path], security: [`${path}-security`] } };
}
