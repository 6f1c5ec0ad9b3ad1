import { z } from 'zod';
import type { Injection } from '../model';
import { checkDuration, parseDuration } from '../values/duration';
import { checkFormatter } from '../values/formatter';
import { checkHeaderName, checkPlaceholder, checkQueryParameter } from '../values/header-name';
import { checkSecretId } from '../values/names';
import { checkParameterName } from '../values/parameter-name';
import { refuse, text } from './fields';

export const secretId = text(checkSecretId, 'Id of a secret below secrets, or of one that a preset brings.');

const formatter = text(
  checkFormatter,
  'Go template around {{ .Value }}; base64 is the one function. Default: the bare value.',
);

const WAYS = ['header', 'query', 'pathPlaceholder'] as const;

const injectionText = z.strictObject({
  header: text(checkHeaderName, 'Header the value goes into.').optional(),
  query: text(checkQueryParameter, 'Query parameter the value goes into.').optional(),
  pathPlaceholder: text(
    checkPlaceholder,
    'Text that the agent sends in the path; iron-proxy replaces it with the value.',
  ).optional(),
  formatter: formatter.optional(),
});

/** Parses to the model's form. Exactly one of the three names where the value goes. */
export const injection = injectionText
  .superRefine((written, context) => {
    const ways = WAYS.filter((way) => written[way] !== undefined);
    if (ways.length !== 1) {
      const message = ways.length === 0 ? 'does not say where the value goes' : `names ${ways.join(' and ')}`;
      refuse(context, { message, fix: 'name exactly one of header, query and pathPlaceholder' });
    } else if (ways[0] === 'pathPlaceholder' && written.formatter !== undefined) {
      const message = 'has no effect beside pathPlaceholder, where the bare value goes';
      refuse(context, { message, fix: 'remove it' }, ['formatter']);
    }
  })
  .transform(({ header, query, pathPlaceholder, formatter = '{{ .Value }}' }): Injection => {
    if (header !== undefined) return { kind: 'header', header, formatter };
    if (query !== undefined) return { kind: 'query', parameter: query, formatter };
    return { kind: 'path', placeholder: String(pathPlaceholder) };
  })
  .meta({ description: 'Where the value goes: one of header, query and pathPlaceholder.' });

/** Parses to seconds. */
export const ttl = text(
  checkDuration,
  'How long iron-proxy may keep the value, such as 15m or 1h30m; 1m to 24h.',
).transform((duration) => parseDuration(duration) as number);

export const ownSecret = z
  .strictObject({
    parameter: text(checkParameterName, 'Parameter Store name. Default: /<stack>/<agent>/<id>.').optional(),
    inject: injection.optional(),
    ttl: ttl.optional(),
  })
  .meta({
    title: 'secret',
    description: "A secret, or settings that override those of a preset's secret (then without inject).",
  });

export type OwnSecret = z.output<typeof ownSecret>;
