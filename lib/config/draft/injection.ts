import type { Injection, Problem } from '../model';
import { isRecord } from '../scalar';
import { type InjectionText, injection } from '../schema/agent-schema';
import { type Place, problemAt, valueAt } from '../source/source';

const WAYS = ['header', 'query', 'pathPlaceholder'] as const;

/** Where a value goes: exactly one way. Single values are the schema's matter. */
export function readInjection(place: Place, problems: Problem[]): Injection | undefined {
  const value = valueAt(place.source.value, place.path);
  if (!isRecord(value)) {
    return undefined;
  }
  const ways = WAYS.filter((way) => value[way] !== undefined);
  if (ways.length !== 1) {
    const message = ways.length === 0 ? 'does not say where the value goes' : `names ${ways.join(' and ')}`;
    problems.push(
      problemAt(place, { message, fix: 'name exactly one of header, query and pathPlaceholder' }),
    );
    return undefined;
  }
  if (value.pathPlaceholder !== undefined && value.formatter !== undefined) {
    const message = 'has no effect beside pathPlaceholder, where the bare value goes';
    problems.push(
      problemAt(
        { ...place, path: [...place.path, 'formatter'] },
        { message, fix: 'remove it' },
        { hidden: true },
      ),
    );
  }
  const parsed = injection.safeParse(value);
  return parsed.success ? toInjection(parsed.data) : undefined;
}

export function toInjection({
  header,
  query,
  pathPlaceholder,
  formatter = '{{ .Value }}',
}: InjectionText): Injection {
  if (header !== undefined) {
    return { kind: 'header', header, formatter };
  }
  return query === undefined
    ? { kind: 'path', placeholder: pathPlaceholder ?? '' }
    : { kind: 'query', parameter: query, formatter };
}
