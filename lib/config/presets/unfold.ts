import type { Problem } from '../model';
import { DEFAULT_TTL_SECONDS, type ParsedAirlock, type ParsedRule, type ParsedSecret } from '../parsed';
import type { Preset, PresetRule } from '../schema/preset-schema';
import type { PresetUse } from '../schema/rule-schema';
import { type Place, problemAt, valueAt } from '../source/source';
import { type BodyRule, featuresOf } from '../values/body-rule';
import { type Mirror, parseMirror } from '../values/mirror-url';
import { readParameters } from './parameters';
import { fill, type Item, type Scope } from './template';

interface Unfolded {
  readonly rules: ParsedRule[];
  readonly secrets: ParsedSecret[];
  readonly problems: Problem[];
}

export interface UsedPreset {
  readonly preset: Preset;
  readonly use: PresetUse;
  /** Whether what a model's rule doesn't know is noted and passes. */
  readonly notesUnknown: boolean;
}

/** The rules and secrets that a preset gives to one agent. */
export function unfold(used: UsedPreset, place: Place, airlock: ParsedAirlock | undefined): Unfolded {
  const { preset, use } = used;
  const problems: Problem[] = allowedFeatures(preset, use, place);
  const named = { ...place, path: [...place.path, 'preset'] };
  const scope = new Map(readParameters(preset, use.with, place, problems));
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
    problems.length > 0 ? [] : preset.rules.flatMap((rule) => unfoldRule(rule, used, scope, place));
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

function unfoldRule(
  rule: PresetRule,
  { preset, use, notesUnknown }: UsedPreset,
  scope: Scope,
  place: Place,
): ParsedRule[] {
  const paths = rule.paths.flatMap((path) => fill(path, scope));
  const [host, ...more] = fill(rule.host, scope);
  if (host === undefined || more.length > 0 || paths.length === 0) {
    return [];
  }
  const { id, methods, secret, risk, awsAuth } = rule;
  const because = rule.because ?? (featuresUsed(rule, use).length > 0 ? use.because : undefined);
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
      ...(rule.body && { body: bodyOf(rule.body, featuresUsed(rule, use), notesUnknown) }),
      ...(because === undefined ? {} : { because }),
      preset: preset.name,
      kind: preset.kind,
      place,
    },
  ];
}

function featuresUsed({ body }: PresetRule, { allow = [] }: PresetUse): string[] {
  const known = body ? featuresOf(body) : [];
  return allow.filter((feature) => known.includes(feature));
}

function bodyOf(body: BodyRule, allow: readonly string[], notesUnknown: boolean): BodyRule {
  const unknown = notesUnknown && featuresOf(body).length > 0 ? 'note' : 'refuse';
  return { ...body, ...(allow.length > 0 && { allow: [...allow] }), unknown };
}

function allowedFeatures(preset: Preset, { allow = [], because }: PresetUse, place: Place): Problem[] {
  const known = [...new Set(preset.rules.flatMap(({ body }) => (body ? featuresOf(body) : [])))].sort();
  const at = (...part: (string | number)[]): Place => ({ ...place, path: [...place.path, ...part] });
  const problems = allow.flatMap((feature, index) =>
    known.includes(feature)
      ? []
      : [
          problemAt(at('allow', index), {
            message: `is not a feature of the preset "${preset.name}"`,
            fix: known.length > 0 ? `name one of ${known.join(', ')}` : 'remove allow: the preset has none',
          }),
        ],
  );
  if (allow.length > 0 && because === undefined) {
    const message = 'makes the vendor reach the internet for the agent (MOD-1), without a reason';
    problems.push(problemAt(at('allow'), { message, fix: 'add because: and say why the agent needs it' }));
  }
  if (allow.length === 0 && because !== undefined) {
    const message = 'has no effect: it is the reason for allow, which is not there';
    problems.push(problemAt(at('because'), { message, fix: 'remove it' }));
  }
  return problems;
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
