import * as z from 'zod/mini';

/** Go's `time.ParseDuration`, positive. */
const DURATION = /^(?=.*[1-9])([0-9]+(ms|s|m|h))+$/;

/** A setting with one allowed value. */
export const fixed = <const T extends string | boolean>(value: T) =>
  z.literal(value, { error: `must be ${JSON.stringify(value)}` });
export const count = z.int().check(z.positive());
export const duration = z.string().check(z.regex(DURATION, 'must be a duration such as "5m"'));
