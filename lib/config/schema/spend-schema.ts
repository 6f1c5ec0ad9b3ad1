import { z } from 'zod';
import { checked, dollars } from './fields';

const limits = z.strictObject({
  dailyUsd: dollars('US dollars a day (UTC).').optional(),
  monthlyUsd: dollars('US dollars a month (UTC).').optional(),
});

/** Limits of what an agent's model calls may cost. */
export const modelSpend = z
  .strictObject({
    model: checked(
      limits,
      ({ dailyUsd, monthlyUsd }) => {
        if (dailyUsd === undefined && monthlyUsd === undefined)
          return { message: 'names no limit', fix: 'write dailyUsd, monthlyUsd or both' };
        return dailyUsd !== undefined && monthlyUsd !== undefined && dailyUsd > monthlyUsd
          ? {
              message: `has a dailyUsd of ${dailyUsd}, above its monthlyUsd of ${monthlyUsd}`,
              fix: 'lower dailyUsd',
            }
          : undefined;
      },
      'Limits of the upper bounds that the gate charges; at a limit it refuses model calls with 402.',
    ),
  })
  .meta({ description: "What the agent's model calls may cost." })
  .optional();
