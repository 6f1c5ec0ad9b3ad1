import { z } from 'zod';
import { wholeNumber } from './fields';

/** The gate counts a day from its records, of which it reads 320 MiB at its start. */
const LARGEST = { requests: 10_000_000, actions: 1_000_000, uploadMiB: 1_048_576, logMiB: 256 };

const amounts = {
  requests: (period: string) =>
    wholeNumber(1, LARGEST.requests, 'requests', `Requests that pass in a ${period} (UTC).`),
  actions: (period: string) =>
    wholeNumber(1, LARGEST.actions, 'actions', `Requests of medium risk that pass in a ${period} (UTC).`),
  uploadMiB: (period: string) =>
    wholeNumber(
      1,
      LARGEST.uploadMiB,
      'MiB',
      `MiB of request bodies in a ${period}, by their Content-Length.`,
    ),
  logMiB: (period: string) =>
    wholeNumber(1, LARGEST.logMiB, 'MiB', `MiB of records that the gate writes in a ${period}.`),
};

const DEFAULTS = {
  requests: { hour: 20_000, day: 200_000 },
  actions: { hour: 500, day: 2000 },
  uploadMiB: { hour: 2048, day: 8192 },
  logMiB: { hour: 64, day: 256 },
};

const WORDS: Record<keyof typeof amounts, string> = {
  requests: 'Requests that pass.',
  actions: 'Requests of medium risk that pass.',
  uploadMiB: 'MiB of request bodies.',
  logMiB: 'MiB of records that the gate writes.',
};

const whole = (of: keyof typeof amounts) =>
  z
    .strictObject({
      hour: amounts[of]('hour').default(DEFAULTS[of].hour),
      day: amounts[of]('day').default(DEFAULTS[of].day),
    })
    .default(DEFAULTS[of])
    .meta({ description: WORDS[of] });

const part = (of: keyof typeof amounts) =>
  z
    .strictObject({ hour: amounts[of]('hour').optional(), day: amounts[of]('day').optional() })
    .meta({ description: WORDS[of] })
    .optional();

/** Limits of an agent: each has a default. */
export const agentCaps = z
  .strictObject({
    requests: whole('requests'),
    actions: whole('actions'),
    uploadMiB: whole('uploadMiB'),
    logMiB: whole('logMiB'),
  })
  .default(DEFAULTS)
  .meta({ description: 'Limits of all requests together; above one the proxy box refuses with 429.' });

/** Limits of one rule, beside the agent's: none has a default. */
export const ruleCaps = z
  .strictObject({ requests: part('requests'), uploadMiB: part('uploadMiB'), logMiB: part('logMiB') })
  .meta({ description: "Limits of this rule's requests, beside the agent's." });
