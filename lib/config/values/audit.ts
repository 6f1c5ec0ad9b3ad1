import { type Check, matching } from '../finding';

/** The values that CloudWatch Logs accepts (API reference, PutRetentionPolicy). */
export const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

export const checkRetention: Check<number> = (days) => {
  if ((RETENTION_DAYS as readonly number[]).includes(days)) return undefined;
  const next = RETENTION_DAYS.find((each) => each > days) ?? RETENTION_DAYS.at(-1);
  return {
    message: `must be a number of days that CloudWatch Logs takes: ${RETENTION_DAYS.join(', ')}`,
    fix: `write ${next}`,
  };
};

export const checkDestination = matching(
  /^arn:aws:logs:[a-z0-9-]+:\d{12}:destination:[\w.-]{1,512}$/,
  'is not the ARN of a CloudWatch Logs destination',
  'write one such as "arn:aws:logs:us-east-1:123456789012:destination:central": streams and functions are reached through a destination',
);
