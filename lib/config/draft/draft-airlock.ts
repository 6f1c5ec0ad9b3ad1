import { z } from 'zod';
import { isRecord } from '../scalar';
import { airlockSchema } from '../schema/airlock-schema';
import { type Source, valueAt } from '../source/source';
import { parseMirror } from '../values/mirror-url';
import { checkRegion } from '../values/region';
import type { Draft } from './draft';

/** What checks need of `airlock.yaml`, each value only if it is sound by itself. */
export function draftAirlock(source: Source | undefined): Omit<Draft, 'agents'> {
  const value = source?.value;
  const name = airlockSchema.shape.name.safeParse(valueAt(value, ['name']));
  const region = z.string().safeParse(valueAt(value, ['env', 'region']));
  const mirror = (key: string) => {
    const url = valueAt(value, ['mirrors', key]);
    const parsed = typeof url === 'string' ? parseMirror(url) : undefined;
    return parsed && !('message' in parsed) ? parsed : undefined;
  };
  return {
    source,
    ...(name.success ? { stack: name.data } : {}),
    ...(region.success && !checkRegion(region.data) ? { region: region.data } : {}),
    mirrors: { apt: mirror('apt'), npm: mirror('npm'), pypi: mirror('pypi') },
  };
}

/** Whether `airlock.yaml` says nothing about a mirror, as opposed to something wrong. */
export function lacksMirror(source: Source | undefined, key: string): boolean {
  const mirrors = valueAt(source?.value, ['mirrors']);
  return source !== undefined && (mirrors === undefined || (isRecord(mirrors) && mirrors[key] === undefined));
}
