import type { DraftAgent } from '../draft/draft';
import type { Problem } from '../model';
import { problemAt, valueAt } from '../source/source';

/** COST-1: the percentages are read as a ladder. */
export function budget({ source }: DraftAgent): Problem[] {
  const path = ['budget', 'alertsAtPercent'];
  const percents = valueAt(source.value, path);
  if (!Array.isArray(percents)) {
    return [];
  }
  const wrong = percents.findIndex(
    (percent, index) => typeof percent === 'number' && percent < percents[index - 1],
  );
  const sorted = [...percents].sort((a, b) => a - b);
  return wrong === -1
    ? []
    : [
        problemAt(
          { source, path: [...path, wrong] },
          { message: 'is lower than the one before it', fix: `write them ascending: [${sorted.join(', ')}]` },
        ),
      ];
}
