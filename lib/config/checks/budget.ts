import type { Problem } from '../model';
import type { ParsedAgent } from '../parsed';
import { problemAt } from '../source/source';

/** COST-1: the percentages must rise, and there must be room for the alert that contains. */
export function budget(agent: ParsedAgent): Problem[] {
  return [...order(agent), ...room(agent)];
}

/** AWS Budgets allows ten alerts for a budget (Budgets quotas). */
const MOST_ALERTS = 10;

function room({ source, settings }: ParsedAgent): Problem[] {
  const { alertsAtPercent: percents = [], atLimit } = settings.budget ?? {};
  if (atLimit !== 'contain' || percents.length < MOST_ALERTS || percents.includes(100)) return [];
  const message = `has ${percents.length} alerts, and "atLimit: contain" needs one more, at 100 percent`;
  const fix = 'write 100 in place of one of them';
  return [problemAt({ source, path: ['budget', 'alertsAtPercent'] }, { message, fix })];
}

function order({ source, settings }: ParsedAgent): Problem[] {
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
