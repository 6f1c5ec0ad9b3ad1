import type { Problem } from '../model';
import type { ParsedAgent } from '../parsed';
import { problemAt } from '../source/source';

/** COST-1: the percentages must rise. */
export function budget({ source, settings }: ParsedAgent): Problem[] {
  const percents = settings.budget?.alertsAtPercent ?? [];
  const wrong = percents.findIndex(
    (percent, index) => index > 0 && percent < (percents[index - 1] as number),
  );
  const sorted = [...percents].sort((a, b) => a - b);
  return wrong === -1
    ? []
    : [
        problemAt(
          { source, path: ['budget', 'alertsAtPercent', wrong] },
          { message: 'is lower than the one before it', fix: `write them ascending: [${sorted.join(', ')}]` },
        ),
      ];
}
