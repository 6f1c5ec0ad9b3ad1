import { z } from 'zod';
import { isRecord } from '../../json';
import { type Check, type Finding, matching } from '../finding';
import type { Problem } from '../model';
import { nearest } from '../nearest';
import { quote } from '../quote';
import type { ParameterType, Preset, PresetParameter } from '../schema/preset-schema';
import { type Place, problemAt } from '../source/source';
import { checkExactHost } from '../values/host-name';
import { checkRegionName } from '../values/region';
import type { Item, Scope } from './template';

const MODEL = /^[a-z0-9-]{2,40}\.[a-z0-9][a-z0-9._-]{1,100}(?::[0-9]{1,3}(?::[0-9a-z]{1,8})?)?$/;
const REPOSITORY = /^[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}\/(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}$/;
const PROFILE =
  /^(?:us|eu|apac|ap|au|ca|jp|us-gov|global)\.[a-z0-9-]{2,40}\.[a-z0-9][a-z0-9._-]{1,100}(?::[0-9]{1,3})?$/;

export const PARAMETER_CHECKS: Record<Exclude<ParameterType, 'inference-profile'>, Check> = {
  region: checkRegionName,
  host: checkExactHost,
  word: matching(/^[A-Za-z0-9_-]{1,64}$/, 'is not one word', 'write one such as "getUpdates"'),
  repository: matching(
    REPOSITORY,
    'is not a repository (without ".git")',
    'write one such as "example/project"',
  ),
  'bedrock-model': matching(
    MODEL,
    'is not a Bedrock model id',
    'write one such as "anthropic.claude-haiku-4-5-20251001-v1:0"',
  ),
};

/** Checks the values that an agent gives to a preset. An optional value that is left out has no entry. */
export function readParameters(preset: Preset, given: unknown, place: Place, problems: Problem[]): Scope {
  const values = isRecord(given) ? given : {};
  const scope = new Map<string, readonly Item[]>();
  const at = (key: string): Place => ({ ...place, path: [...place.path, 'with', key] });
  for (const key of Object.keys(values).filter((name) => !Object.hasOwn(preset.with, name))) {
    problems.push(problemAt(at(key), unknown(key, preset), { part: 'key' }));
  }
  for (const [key, parameter] of Object.entries(preset.with)) {
    const value = Object.hasOwn(values, key) ? values[key] : parameter.default;
    if (value !== undefined) {
      scope.set(`with.${key}`, readOne(value, parameter, at(key), problems));
    } else if (!parameter.optional) {
      const fix = `add it under with: ${parameter.description}`;
      problems.push(problemAt(at(key), { message: `is missing: the preset "${preset.name}" needs it`, fix }));
    }
  }
  return scope;
}

function unknown(key: string, preset: Preset): Finding {
  const names = Object.keys(preset.with);
  const meant = nearest(key, names);
  return {
    message: `is not something the preset "${preset.name}" asks for`,
    fix: meant
      ? `write ${quote(meant)}`
      : `remove it${names.length > 0 ? `: it asks for ${names.join(', ')}` : ''}`,
  };
}

function readOne(value: unknown, parameter: PresetParameter, place: Place, problems: Problem[]): Item[] {
  if (!parameter.list) {
    return readItem(value, parameter.type, place, problems);
  }
  if (!Array.isArray(value) || value.length === 0) {
    problems.push(
      problemAt(place, { message: 'must be a list with at least one item', fix: 'write it in brackets' }),
    );
    return [];
  }
  const twice = value.find((item, index) => typeof item === 'string' && value.indexOf(item) !== index);
  if (twice !== undefined) {
    problems.push(problemAt(place, { message: `names ${quote(twice)} twice`, fix: 'remove one of the two' }));
  }
  return value.flatMap((item, index) =>
    readItem(item, parameter.type, { ...place, path: [...place.path, index] }, problems),
  );
}

function readItem(value: unknown, type: ParameterType, place: Place, problems: Problem[]): Item[] {
  if (type === 'inference-profile') {
    return readProfile(value, place, problems);
  }
  const finding =
    typeof value === 'string'
      ? PARAMETER_CHECKS[type](value)
      : { message: 'must be text', fix: 'write one value, in quotes' };
  if (finding || typeof value !== 'string') {
    problems.push(problemAt(place, finding ?? { message: 'must be text', fix: 'put it in quotes' }));
    return [];
  }
  return [{ self: value, fields: {} }];
}

const profile = z.strictObject({
  id: z.string().regex(PROFILE),
  regions: z.array(z.string().refine((region) => !checkRegionName(region))).min(1),
});

/**
 * A cross-region inference profile routes a request to the model of the same name in any of its regions. IAM must allow the
 * model in each, so the file names them. A global profile needs the ARN without a region as well.
 */
function readProfile(value: unknown, place: Place, problems: Problem[]): Item[] {
  const parsed = profile.safeParse(value);
  if (!parsed.success) {
    const message = 'must be an inference profile with the regions it routes to';
    const fix = 'write { id: us.anthropic.claude-…, regions: [us-east-1, us-east-2, us-west-2] }';
    problems.push(problemAt(place, { message, fix }));
    return [];
  }
  const { id, regions } = parsed.data;
  const destinations = id.startsWith('global.') ? [...regions, ''] : regions;
  return [{ self: id, fields: { id: [id], model: [id.slice(id.indexOf('.') + 1)], destinations } }];
}
